import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { createApp } from "./create-app.ts";

const TEXT = "海上风电并网发电，首批机组今天开始供电。".repeat(200);

async function createCompressingApp() {
  const app = await createApp({ title: "", description: "", version: "0", maxBodyBytes: 100_000, compresses: true });
  app.get("/text", async (_request, reply) => reply.type("text/plain; charset=utf-8").send(TEXT));
  app.get("/stream", async (_request, reply) =>
    reply
      .type("text/csv; charset=utf-8")
      .header("vary", "cookie")
      .send(Readable.from([TEXT, TEXT])),
  );
  app.get("/short", async (_request, reply) => reply.type("text/plain").send("short"));
  app.get("/picture", async (_request, reply) => reply.type("image/png").send(Buffer.alloc(5000)));
  app.get("/drawing", async (_request, reply) => reply.type("image/svg+xml").send(`<svg>${" ".repeat(5000)}</svg>`));
  app.get("/events", async (_request, reply) => reply.type("text/event-stream").send("data: x\n".repeat(500)));
  app.get("/packed", async (_request, reply) =>
    reply.type("text/css").header("content-encoding", "gzip").send(Buffer.alloc(5000)),
  );
  app.get("/part", async (_request, reply) => reply.code(206).type("text/plain").send(TEXT));
  app.get("/json", async () => ({ text: TEXT }));
  app.post("/echo", async ({ body }) => body);
  return app;
}

test("replies are compressed as the client reads them best", async () => {
  await using app = await createCompressingApp();
  const ask = (url: string, accepted?: string) =>
    app.inject({ url, headers: accepted === undefined ? {} : { "accept-encoding": accepted } });
  const encodingOf = async (url: string, accepted?: string) => (await ask(url, accepted)).headers["content-encoding"];

  const text = await ask("/text", "gzip, deflate, br, zstd");
  assert.equal(brotliDecompressSync(text.rawPayload).toString(), TEXT);
  assert.deepEqual(
    [Number(text.headers["content-length"]), text.headers.vary],
    [text.rawPayload.length, "accept-encoding"],
  );
  assert.equal(gunzipSync((await ask("/text", "gzip")).rawPayload).toString(), TEXT);
  const stream = await ask("/stream", "br");
  assert.equal(brotliDecompressSync(stream.rawPayload).toString(), TEXT + TEXT);
  assert.deepEqual([stream.headers["content-length"], stream.headers.vary], [undefined, "cookie, accept-encoding"]);

  for (const [accepted, wanted] of [
    [undefined, undefined],
    ["", undefined],
    ["identity", undefined],
    ["deflate", undefined],
    ["*", "br"],
    ["x-gzip", "gzip"],
    ["GZIP;q=1.0, br;q=0.5", "gzip"],
    ["br;q=0, gzip;q=0", undefined],
    ["br;q=0, *", "gzip"],
    ["br;q=nonsense", undefined],
  ] as const)
    assert.equal(await encodingOf("/text", accepted), wanted, `${accepted}`);
  for (const url of ["/drawing", "/json"]) assert.equal(await encodingOf(url, "br"), "br", url);
  for (const url of ["/short", "/picture", "/events", "/part"])
    assert.equal(await encodingOf(url, "br"), undefined, url);
  assert.equal(await encodingOf("/packed", "br"), "gzip");
});

test("a reply without a body has none when it could be compressed, and its length is that of the whole", async () => {
  await using app = await createCompressingApp();
  const head = await app.inject({ method: "HEAD", url: "/text", headers: { "accept-encoding": "br" } });
  assert.deepEqual([head.statusCode, head.rawPayload.length], [200, 0]);
  assert.equal(Number(head.headers["content-length"]), Buffer.byteLength(TEXT));
});
