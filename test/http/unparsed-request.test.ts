import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { App } from "../../src/http/app.ts";
import { askerOf } from "../../src/http/asker.ts";
import { createApp } from "../../src/http/create-app.ts";
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
  assert.match(head, /connection: close/i);
  assert.equal((JSON.parse(body) as { query: string }).query, "大桥");
});

for (const [what, request] of [
  [
    "bytes that are no UTF-8",
    Buffer.from([...Buffer.from("GET /?q="), 0xff, ...Buffer.from(" HTTP/1.1\r\nHost: a\r\n\r\n")]),
  ],
  ["no host", "GET /?q=大 HTTP/1.1\r\n\r\n"],
  ["a body to come", "GET /?q=大 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"],
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

const CHUNK = "x".repeat(65_536);

/** A server whose answers are long or late, and what it knows of them. */
async function startStreams(t: TestContext, requestTimeoutMs = 30_000) {
  const app: App = await createApp({ title: "t", description: "", version: "0", maxBodyBytes: 9, requestTimeoutMs });
  const streams = { written: 0, isOver: false, isCalledOff: false };
  app.get<{ Querystring: { chunks: number } }>("/stream", (request, reply) => {
    const { signal } = askerOf(request);
    signal.addEventListener("abort", () => {
      streams.isCalledOff = true;
    });
    async function* write() {
      try {
        for (; streams.written < request.query.chunks; streams.written++) yield CHUNK;
      } finally {
        streams.isOver = true;
      }
    }
    return reply.type("text/plain").send(Readable.from(write(), { objectMode: false }));
  });
  app.get("/late", async (request) => {
    const { signal } = askerOf(request);
    await once(signal, "abort");
    streams.isCalledOff = true;
    throw signal.reason;
  });
  const { port } = await listen(app, { host: "127.0.0.1", port: 0 });
  const sockets: Socket[] = [];
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await app.close();
  });
  const ask = (target: string): Socket => {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    sockets.push(socket);
    socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    return socket;
  };
  return { app, ask, streams };
}

/** @throws where it does not become so within five seconds */
async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let count = 0; count < 500 && !isSo(); count++) await wait(10);
  assert.ok(isSo(), what);
}

test("its answer is written as fast as the client reads it, and no further once the client has gone", async (t) => {
  const { ask, streams } = await startStreams(t);
  const socket = ask("/stream?chunks=100000&q=大桥").pause();
  await until(() => streams.written > 0, "nothing was written");
  let before = -1;
  while (streams.written > before) {
    before = streams.written;
    await wait(100);
  }
  // The buffers of both ends of the connection.
  assert.ok(before < 400, `${before} times 64 KiB were written for a client that reads none`);
  socket.resume();
  await until(() => streams.written > before, "it did not go on with a client that reads again");
  socket.destroy();
  await until(() => streams.isOver && streams.isCalledOff, "it was worked on for a client that has gone");
});

test("its answer comes whole, however long it takes and whatever is sent after it", async (t) => {
  const { app, ask, streams } = await startStreams(t);
  const connected = once(app.server, "connection");
  const socket = ask("/stream?chunks=800&q=大桥").pause();
  await until(() => streams.written > 0, "nothing was written");
  // So Node.js says that the request, of which it knows no end, has not come in time.
  const [ofServer] = await connected;
  app.server.emit("clientError", Object.assign(new Error("late"), { code: "ERR_HTTP_REQUEST_TIMEOUT" }), ofServer);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const [head = "", body = ""] = (await text(socket)).split(/\r\n\r\n(.*)/s);
  assert.match(head, /^HTTP\/1\.1 200 /);
  assert.equal(body.replaceAll(/(?:^|\r\n)[\da-f]+\r\n/g, "").trimEnd().length, 800 * CHUNK.length);
  assert.doesNotMatch(body, /HTTP\/1\.1/);
});

test("its work is called off after the deadline, and when the client goes before it is answered", async (t) => {
  const hasty = await startStreams(t, 50);
  assert.match(await text(hasty.ask("/late?q=大桥")), /^HTTP\/1\.1 503 .*The server stopped after 0\.05 s/s);
  const { app, ask, streams } = await startStreams(t);
  const socket = ask("/late?q=大桥");
  await once(app.server, "request");
  socket.end();
  await until(() => streams.isCalledOff, "it was worked on for a client that has gone");
});

test("HEAD says of it what it says of its encoded twin", async (t) => {
  const read = async (address: string) => {
    const reply = await sendRaw(t, `HEAD ${address} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.match(reply, /\r\n\r\n$/, "no body follows");
    const known = reply.replaceAll(/^(?:x-request-id|server-timing|date): .*$/gim, "");
    return known.split("\r\n").filter((line) => line !== "");
  };
  for (const path of ["/api/v1/search?limit=1&q=", "/export.jsonl?q="]) {
    const bare = await read(`${path}大桥`);
    assert.deepEqual(bare, await read(`${path}${encodeURIComponent("大桥")}`));
    assert.match(bare[0] ?? "", /^HTTP\/1\.1 200 /);
    assert.ok(!bare.some((line) => /^content-length: 0$/i.test(line)), `${path} is not empty`);
  }
});
