import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { listen } from "../../src/http/listen.ts";
import { startFakeServer } from "./server.ts";

/** Sends bytes as they are and resolves to everything that comes back until the server closes the connection. */
async function sendRaw(t: TestContext, request: string | Buffer): Promise<string> {
  const { port } = await listen(await startFakeServer(t), { host: "127.0.0.1", port: 0 });
  const socket = connect(port, "127.0.0.1");
  socket.write(request);
  return text(socket);
}

test("an address with bare UTF-8 is answered like its encoded twin", async (t) => {
  const reply = await sendRaw(t, "GET /api/search?q=大桥&limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const [head = "", body = ""] = reply.split("\r\n\r\n");
  assert.match(head, /^HTTP\/1\.1 200 /);
  assert.match(head, /content-type: application\/json/);
  assert.match(head, /connection: close/);
  assert.equal((JSON.parse(body) as { query: string }).query, "大桥");
});

for (const [what, request] of [
  [
    "bytes that are no UTF-8",
    Buffer.from([...Buffer.from("GET /?q="), 0xff, ...Buffer.from(" HTTP/1.1\r\nHost: a\r\n\r\n")]),
  ],
  ["another method", "POST /api/articles?x=大 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"],
  ["a second request behind it", "GET /?q=大 HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n"],
  ["no HTTP at all", "hello\r\n\r\n"],
] as const) {
  test(`${what}: refused in the shape of every error`, async (t) => {
    const reply = await sendRaw(t, request);
    const [head = "", body = ""] = reply.split("\r\n\r\n");
    assert.match(head, /^HTTP\/1\.1 400 /);
    assert.equal((JSON.parse(body) as { code: string }).code, "invalid-request");
  });
}
