/** However a request is wrong, both servers refuse it in one shape, with the headers of every other reply. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { createEncoderServer } from "../../src/encoder-server/server.ts";
import type { App } from "../../src/http/app.ts";
import { listen } from "../../src/http/listen.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { startFakeServer } from "./server.ts";

const SERVERS: Readonly<Record<string, (t: TestContext) => Promise<App>>> = {
  "search server": (t) => startFakeServer(t, { token: "secret", maxBodyBytes: 1024 }),
  "embedding server": async (t) => {
    const encoder = createFakeEncoder();
    const app = await createEncoderServer({ encoder, resources: createResources(), version: "0", maxBodyBytes: 1024 });
    t.after(() => app.close());
    return app;
  },
};

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends bytes as they are, and reads replies until the server closes the connection. */
async function sendRaw(port: number, request: string | Buffer): Promise<Reply[]> {
  const socket = connect(port, "127.0.0.1");
  socket.write(request);
  const replies: Reply[] = [];
  for (let rest = await text(socket); rest !== ""; ) {
    const end = rest.indexOf("\r\n\r\n");
    const [line = "", ...fields] = rest.slice(0, end).split("\r\n");
    const headers = new Headers(fields.map((field) => field.split(/: ?/, 2) as [string, string]));
    const bytes = Buffer.from(rest.slice(end + 4)).subarray(0, Number(headers.get("content-length") ?? 0));
    replies.push({ status: Number(line.split(" ")[1]), headers, body: bytes.toString() });
    rest = rest.slice(end + 4 + bytes.toString().length);
  }
  return replies;
}

const post = (path: string, type: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer secret\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

const ask = (method: string, path: string): string =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;

const WRITES: Readonly<Record<string, string>> = { "search server": "/api/articles", "embedding server": "/batch" };

for (const [name, start] of Object.entries(SERVERS)) {
  const cases: readonly (readonly [what: string, request: string, status: number, allow?: string])[] = [
    ["an unknown path", ask("GET", "/nothing/here"), 404],
    ["an unknown path of another method", ask("DELETE", "/nothing/here"), 404],
    ["a known path of another method", ask("DELETE", "/livez"), 405, "GET, HEAD"],
    ["a known path of a method that nobody takes", ask("PATCH", "/livez/"), 405, "GET, HEAD"],
    ["a path that is no percent-encoding", ask("GET", "/%zz"), 400],
    ["a method that HTTP does not know", ask("HELLO", "/"), 400],
    ["no HTTP at all", "hello\r\n\r\n", 400],
    ["headers that are too long", ask("GET", "/").replace("Host: a", `Host: a\r\nX-Long: ${"x".repeat(200_000)}`), 431],
    ["a body that is no JSON", post(WRITES[name] ?? "", "application/json", "{"), 400],
    ["a body of another kind", post(WRITES[name] ?? "", "text/html", "<p>"), 415],
    ["a body that is too large", post(WRITES[name] ?? "", "application/json", `"${"x".repeat(2000)}"`), 413],
  ];
  for (const [what, request, status, allow] of cases) {
    test(`${name}: ${what} is refused with ${status}`, async (t) => {
      const { port } = await listen(await start(t), { host: "127.0.0.1", port: 0 });
      const [reply = assert.fail("no reply")] = await sendRaw(port, request);
      // The embedding server's first dialect says 422 of any body that it cannot use.
      const expected = name === "embedding server" && request.startsWith("POST") && status === 400 ? 422 : status;
      assert.equal(reply.status, expected, reply.body);
      const { code, message, requestId, status: told, detail } = JSON.parse(reply.body) as Record<string, unknown>;
      assert.deepEqual([told, detail], [expected, message]);
      assert.equal(reply.headers.get("content-type"), "application/problem+json; charset=utf-8");
      assert.deepEqual([typeof code, typeof message, typeof requestId], ["string", "string", "string"]);
      assert.equal(reply.headers.get("x-content-type-options"), "nosniff");
      assert.match(reply.headers.get("content-security-policy") ?? "", /default-src 'none'/);
      assert.equal(reply.headers.get("x-request-id"), requestId);
      assert.equal(reply.headers.get("allow"), allow ?? null);
    });
  }
}

test("the second of two pipelined requests gets its own answer, after the first's", async (t) => {
  const { port } = await listen(await startFakeServer(t), { host: "127.0.0.1", port: 0 });
  const replies = await sendRaw(
    port,
    "GET /api/search?q=first HTTP/1.1\r\nHost: a\r\n\r\nGET /api/search?q=大桥 HTTP/1.1\r\nHost: a\r\n\r\n",
  );
  assert.deepEqual(
    replies.map(({ status, body }) => [status, JSON.parse(body).query]),
    [
      [200, "first"],
      [200, "大桥"],
    ],
  );
});

test("what cannot be read behind a request is refused after the request has its answer", async (t) => {
  const { port } = await listen(await startFakeServer(t), { host: "127.0.0.1", port: 0 });
  const replies = await sendRaw(port, "GET /api/search?q=first HTTP/1.1\r\nHost: a\r\n\r\nhello\r\n\r\n");
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 400],
  );
});

test("an address with bare UTF-8 keeps the headers of its request", async (t) => {
  const { port } = await listen(await startFakeServer(t), { host: "127.0.0.1", port: 0 });
  const send = async (path: string, headers: string): Promise<Reply> =>
    (await sendRaw(port, `GET ${path} HTTP/1.1\r\nHost: news.example:81\r\n${headers}\r\n`))[0] ?? assert.fail();
  const page = await send("/?q=大桥", "Accept: text/html\r\nAccept-Language: zh-TW\r\n");
  assert.match(page.headers.get("content-type") ?? "", /text\/html/);
  assert.match(page.body, /<html lang="zh-Hant"/);
  assert.match((await send("/feed.json?q=大桥", "")).body, /http:\/\/news\.example:81\/articles\//);
  const head = await sendRaw(port, "HEAD /api/search?q=大桥 HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal(head[0]?.status, 200);
  assert.equal(head[0]?.body, "");
});
