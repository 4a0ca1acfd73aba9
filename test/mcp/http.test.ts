/** POST /mcp: who may, from where, and what is refused in the shape of JSON-RPC. */
import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { test } from "node:test";
import type { App } from "../../src/http/app.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { startFakeServer } from "../http/server.ts";

/** Addresses of what this thread has loaded since the first test began. */
const loaded: string[] = [];
registerHooks({
  load: (url, context, next) => {
    loaded.push(url);
    return next(url, context);
  },
});

const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };

const listTools = { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} };

async function post(app: App, payload: object | string, headers: Record<string, string> = {}) {
  const reply = await app.inject({ method: "POST", url: "/mcp", headers: { ...HEADERS, ...headers }, payload });
  const data = reply.body.replace(/^event: message\ndata: /, "");
  return { status: reply.statusCode, body: data === "" ? undefined : JSON.parse(data) };
}

const namesOf = ({ result }: { result: { tools: { name: string }[] } }): string[] =>
  result.tools.map(({ name }) => name);

test("a token that may only search has the tools that search, and no article to read", async (t) => {
  const { tokensFile, secrets } = createTestTokens({
    searcher: ["search"],
    reader: ["search", "read"],
    writer: ["ingest"],
  });
  const app = await startFakeServer(t, { access: "token", tokensFile });
  const as = (name: keyof typeof secrets) => ({ authorization: `Bearer ${secrets[name]}` });
  assert.deepEqual(namesOf((await post(app, listTools, as("searcher"))).body), [
    "search",
    "count_by_date",
    "sources",
    "status",
  ]);
  assert.equal(namesOf((await post(app, listTools, as("reader"))).body).length, 6);
  const read = { ...listTools, method: "tools/call", params: { name: "fetch", arguments: { id: "bridge" } } };
  assert.match(JSON.stringify((await post(app, read, as("searcher"))).body), /not found/i);
  const resource = { ...listTools, method: "resources/read", params: { uri: "wenxun://articles/bridge" } };
  assert.ok(
    (await post(app, resource, as("searcher"))).body.error,
    "an article is none of theirs as a resource either",
  );
  const refused = await post(app, listTools, as("writer"));
  assert.deepEqual([refused.status, refused.body.error.data.code], [403, "forbidden"]);
  const stranger = await post(app, listTools);
  assert.deepEqual(
    [stranger.status, stranger.body.jsonrpc, stranger.body.error.data.code],
    [401, "2.0", "unauthorized"],
  );
});

test("a page of another site is refused, whatever access it would have", async (t) => {
  const app = await startFakeServer(t, { publicUrl: "https://news.example/" });
  for (const origin of ["https://evil.example", "null", "http://localhost:9999"]) {
    const { status, body } = await post(app, listTools, { origin });
    assert.deepEqual([status, body.error?.data.code], [403, "forbidden"], origin);
  }
  assert.equal((await post(app, listTools, { "sec-fetch-site": "cross-site" })).status, 403);
  assert.equal((await post(app, listTools, { origin: "https://news.example" })).status, 200);
  assert.equal((await post(app, listTools)).status, 200, "programs say nothing of where they come from");
});

test("what is no message is refused in the shape of JSON-RPC", async (t) => {
  const app = await startFakeServer(t);
  const broken = await post(app, "{");
  assert.deepEqual([broken.status, broken.body.error.code], [400, -32_700]);
  assert.equal((await post(app, "[]")).status, 400);
  const large = await post(app, { ...listTools, params: { filler: "x".repeat(300_000) } });
  assert.deepEqual([large.status, large.body.error.data.code], [413, "payload-too-large"]);
  const text = await post(app, "hello", { "content-type": "text/plain" });
  assert.equal(text.status, 415);
  const { statusCode, headers } = await app.inject({
    method: "GET",
    url: "/mcp",
    headers: { accept: "text/event-stream" },
  });
  assert.deepEqual([statusCode, headers.allow], [405, "POST"]);
});

test("the protocol is loaded by a thread of its own, not by the one that answers everybody", async (t) => {
  const app = await startFakeServer(t);
  assert.equal((await post(app, listTools)).status, 200);
  assert.deepEqual(
    loaded.filter((url) => /modelcontextprotocol|create-mcp-server/.test(url)),
    [],
  );
});

test("while the archive is opening, clients are told to come again", async (t) => {
  const app = await startFakeServer(t, { backend: new Promise(() => {}) });
  const { status, body } = await post(app, listTools);
  assert.deepEqual([status, body.error.data.code], [503, "unavailable"]);
});

test("nobody can hold a connection by subscribing to what never changes", async (t) => {
  const app = await startFakeServer(t);
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const listen = { jsonrpc: "2.0", id: 1, method: "subscriptions/listen", params: { _meta, notifications: {} } };
  const { body } = await post(app, listen, {
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "subscriptions/listen",
  });
  assert.ok(body.error, JSON.stringify(body));
});
