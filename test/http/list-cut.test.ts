/** A list that is longer than anybody can page through: every door says where it ends, and none leads to a page that is refused. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { SearchReply } from "../../src/api/wire.ts";
import type { App } from "../../src/http/app.ts";
import { createSearchService } from "../../src/search/service.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { startFakeServer } from "./server.ts";

const TOTAL = 263_071;
const html = { accept: "text/html" };

const articles = Array.from({ length: 100 }, (_, index) => ({
  id: `ferry-${index}`,
  title: `第${index}班渡轮`,
  body: "",
}));

/** Serves an archive of very many articles, each page of which holds the same ones. */
function startLong(t: TestContext, more: { readonly undated?: number } = {}): Promise<App> {
  const backend = createFakeBackend(articles);
  const archive = {
    ...backend.search,
    info: { timezone: "Asia/Shanghai" },
    compare: async () => undefined,
    search: async (request: Parameters<typeof backend.search.search>[0]) => {
      const shift = request.offset % 100;
      const found = await backend.search.search({ ...request, offset: shift, limit: Math.min(request.limit, 100) });
      return { ...found, total: TOTAL, undated: more.undated ?? 0 };
    },
  };
  const search = { ...createSearchService({ archive, encoder: createFakeEncoder() }), requests: [] };
  return startFakeServer(t, { backend: { ...backend, search } });
}

test("the API names a next page as long as there is one, and says where the list is cut", async (t) => {
  const app = await startLong(t);
  const read = async (query: Record<string, string>): Promise<SearchReply> =>
    (await app.inject({ url: "/api/v1/search", query })).json();
  const before = await read({ limit: "50", offset: "99950" });
  assert.deepEqual(before.notices, []);
  const last = await read({ limit: "50", cursor: before.nextCursor ?? assert.fail("a page begins at 100,000") });
  assert.deepEqual([last.hits.length, last.nextCursor, last.notices], [50, undefined, ["list-cut"]]);
  assert.deepEqual((await read({ limit: "0", offset: "100000" })).notices, [], "nothing was read of the list");
});

test("pages lead to no page that is refused, and count no more than there are", async (t) => {
  const app = await startLong(t);
  const before = (await app.inject({ url: "/?q=渡轮&offset=99990", headers: html })).body;
  assert.match(before, /rel="next" href="[^"]*offset=100000"/);
  assert.match(before, /第 10,000 \/ 10,001 页/);
  const last = (await app.inject({ url: "/?q=渡轮&offset=100000", headers: html })).body;
  assert.match(last, /第 10,001 \/ 10,001 页/);
  assert.match(last, /其余结果请缩小日期范围查看/);
  assert.doesNotMatch(last, /rel="next"/);
});

test("an article at the very end of the list is opened like any other", async (t) => {
  const app = await startLong(t);
  const end = (await app.inject({ url: "/?q=渡轮&offset=100000&limit=100", headers: html })).body;
  const links = [...end.matchAll(/<h2 class="hit-title"[^>]*><a href="([^"]+)"/g)].map(([, url = ""]) => url);
  assert.match(links.at(-1) ?? "", /hit=100100&/);
  for (const link of [links[5], links.at(-1)]) {
    const reply = await app.inject({ url: (link ?? "").replaceAll("&amp;", "&"), headers: html });
    assert.equal(reply.statusCode, 200, link);
    assert.match(reply.body, /rel="prev"/);
  }
});

test("an export that could not be read to its end is refused before it begins", async (t) => {
  const url = "/export.jsonl?q=渡轮&all=on";
  const refused = await (await startLong(t, { undated: 100_101 })).inject({ url: encodeURI(url) });
  assert.equal(refused.statusCode, 400, refused.body);
  assert.match(refused.json().message, /100101 of these articles have no date.*narrow the search/);
  assert.equal((await (await startLong(t)).inject({ url: encodeURI(url), method: "HEAD" })).statusCode, 200);
});

/** What a tool answers, as a model reads it. */
async function callTool(app: App, name: string, args: object) {
  const reply = await app.inject({
    method: "POST",
    url: "/mcp",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    payload: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } },
  });
  const { result } = JSON.parse(reply.body.replace(/^event: message\ndata: /, ""));
  return JSON.parse(result.content[0].text);
}

/** A cursor of the same question that leads elsewhere. */
function moveTo(place: number, cursor: string): string {
  const [, fingerprint, snapshot] = Buffer.from(cursor, "base64url").toString().split(" ");
  return Buffer.from(`${place} ${fingerprint} ${snapshot}`).toString("base64url");
}

test("a model is given no cursor that is refused", async (t) => {
  const app = await startLong(t);
  const query = { query: "渡轮", limit: 10 };
  const { nextCursor } = await callTool(app, "search", query);
  const before = await callTool(app, "search", { ...query, cursor: moveTo(99_990, nextCursor) });
  assert.equal(before.nextCursor, moveTo(100_000, nextCursor));
  const last = await callTool(app, "search", { ...query, cursor: before.nextCursor });
  assert.deepEqual([last.results.length, last.nextCursor, last.notices], [10, undefined, ["list-cut"]]);
});

test("a model is told how many sources no answer lists, and given no cursor to them", async (t) => {
  const many = Array.from({ length: 10_002 }, (_, index) => ({
    id: `${index}`,
    title: "",
    body: "",
    source: `报${index}`,
  }));
  const app = await startFakeServer(t, { backend: createFakeBackend(many) });
  const { nextCursor, unlisted } = await callTool(app, "sources", {});
  assert.equal(unlisted, 2, "said from the first answer on");
  const last = await callTool(app, "sources", { cursor: moveTo(9990, nextCursor) });
  assert.deepEqual([last.values.length, last.nextCursor, last.unlisted], [10, undefined, 2]);
});
