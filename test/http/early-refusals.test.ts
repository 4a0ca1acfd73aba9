/**
 * Who sends a whole body before reading anything still reads why it was refused: both servers take in what comes, within bounds, before
 * they close. Were the connection closed at once, the system would answer what comes then with a reset, and the client would lose the reply.
 */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { createEncoderServer } from "../../src/encoder-server/server.ts";
import type { App } from "../../src/http/app.ts";
import { listen } from "../../src/http/listen.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { startFakeServer } from "./server.ts";

/** More than the buffers of both ends of a connection hold. */
const BODY_BYTES = 12 * 2 ** 20;

const { tokensFile, secrets } = createTestTokens({ reader: ["search"], writer: ["ingest"] });

const startSearchServer = (t: TestContext): Promise<App> =>
  startFakeServer(t, {
    access: "token",
    tokensFile,
    maxBodyBytes: 4096,
    rateLimit: 50,
    isKnownHost: (host) => host !== "evil.example",
  });

async function startEncoderServer(t: TestContext): Promise<App> {
  const encoder = createFakeEncoder();
  const app = await createEncoderServer({ encoder, resources: createResources(), version: "0", maxBodyBytes: 4096 });
  t.after(() => app.close());
  return app;
}

interface Refused {
  readonly status: number;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = { "content-type": "application/json" };
const as = (name: keyof typeof secrets) => ({ authorization: `Bearer ${secrets[name]}` });

const BY_SEARCH_SERVER: Readonly<Record<string, Refused>> = {
  "without a token": { status: 401, headers: JSON_TYPE },
  "with a token that may not": { status: 403, headers: { ...JSON_TYPE, ...as("reader") } },
  "to nowhere": { status: 404, target: "POST /nothing", headers: JSON_TYPE },
  "by a method that is not taken": { status: 405, target: "PUT /api/v1/search", headers: JSON_TYPE },
  "that is too large": { status: 413, headers: { ...JSON_TYPE, ...as("writer") } },
  "of another kind": { status: 415, headers: { "content-type": "text/html", ...as("writer") } },
  "for another host": { status: 421, headers: { ...JSON_TYPE, host: "evil.example" } },
};

const BY_ENCODER_SERVER: Readonly<Record<string, Refused>> = {
  "to nowhere": { status: 404, target: "POST /nothing", headers: JSON_TYPE },
  "that is too large": { status: 413, target: "POST /embed", headers: JSON_TYPE },
  "that is too large, in the first dialect": { status: 413, target: "POST /batch", headers: JSON_TYPE },
  "of another kind": { status: 415, target: "POST /v1/embeddings", headers: { "content-type": "text/html" } },
  "in an unknown compression": {
    status: 422,
    target: "POST /embed",
    headers: { ...JSON_TYPE, "content-encoding": "lzma" },
  },
};

/** Sends all before it reads anything, as most clients do. */
async function sendThenRead(port: number, head: string, body: Buffer): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.write(head);
    socket.write(body, (error) => (error ? reject(error) : resolve()));
  });
  return text(socket);
}

const CHUNK = Buffer.from(`10000\r\n${" ".repeat(0x10000)}\r\n`);
const BODIES: readonly (readonly [how: string, header: string, body: Buffer])[] = [
  ["of known length", `connection: close\r\ncontent-length: ${BODY_BYTES}`, Buffer.alloc(BODY_BYTES, " ")],
  [
    "in chunks",
    "transfer-encoding: chunked",
    Buffer.concat([...Array.from({ length: BODY_BYTES / 0x10000 }, () => CHUNK), Buffer.from("0\r\n\r\n")]),
  ],
];

for (const [server, start, cases] of [
  ["search server", startSearchServer, BY_SEARCH_SERVER],
  ["embedding server", startEncoderServer, BY_ENCODER_SERVER],
] as const) {
  test(`${server}: whoever sends a whole body before reading learns why it was refused`, async (t) => {
    const { port } = await listen(await start(t), { host: "127.0.0.1", port: 0 });
    for (const [what, { status, target = "POST /api/v1/articles", headers }] of Object.entries(cases)) {
      for (const [how, length, body] of BODIES) {
        const lines = Object.entries({ host: "localhost", ...headers }).map((line) => line.join(": "));
        const head = `${target} HTTP/1.1\r\n${[...lines, length].join("\r\n")}\r\n\r\n`;
        const reply = await sendThenRead(port, head, body).catch((error: Error) => error.message);
        assert.match(reply, new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\r\n\r\n\\{.*\\}$`), `${what}, ${how}`);
      }
    }
  });
}

test("a small body that is refused leaves the connection open for the next request", async (t) => {
  const { port } = await listen(await startSearchServer(t), { host: "127.0.0.1", port: 0 });
  const request = (extra: string): string =>
    `POST /api/v1/articles HTTP/1.1\r\nhost: localhost\r\n${extra}content-type: application/json\r\ncontent-length: 2\r\n\r\n[]`;
  const socket = connect(port, "127.0.0.1");
  socket.write(request("") + request("connection: close\r\n"));
  assert.equal((await text(socket)).match(/HTTP\/1\.1 401 /g)?.length, 2);
});

test("who has asked too often and sends a whole body learns when to come again", async (t) => {
  const { port } = await listen(await startSearchServer(t), { host: "127.0.0.1", port: 0 });
  const request = (length: number, extra = ""): string =>
    `POST /api/v1/articles HTTP/1.1\r\nhost: localhost\r\n${extra}authorization: Bearer ${secrets.writer}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  const first = connect(port, "127.0.0.1");
  first.write(`${request(2)}[]`.repeat(49));
  first.write(`${request(2, "connection: close\r\n")}[]`);
  await text(first);
  const reply = await sendThenRead(port, request(BODY_BYTES, "connection: close\r\n"), Buffer.alloc(BODY_BYTES, " "));
  assert.match(reply, /^HTTP\/1\.1 429 [\s\S]*retry-after: \d+/i);
});

test("who sends without end after the refusal is cut off", async (t) => {
  const { port } = await listen(await startSearchServer(t), { host: "127.0.0.1", port: 0 });
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("POST /nothing HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n");
  let sentBytes = 0;
  const piece = Buffer.concat(Array.from({ length: 64 }, () => CHUNK));
  await new Promise<void>((resolve) => {
    const send = (error?: Error | null): void => {
      if (error) {
        resolve();
        return;
      }
      sentBytes += piece.length;
      assert.ok(sentBytes < 2 ** 30, "a gigabyte was taken in");
      socket.write(piece, send);
    };
    send();
  });
});
