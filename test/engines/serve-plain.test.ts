/** The whole server over an engine that knows nothing of folders: what it needs of an archive is the port alone. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { SearchReply, StatusReply } from "../../src/api/wire.ts";
import { startSearchServer } from "../../src/compose/start-search-server.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { AppError } from "../../src/errors.ts";
import { createSearchService } from "../../src/search/service.ts";
import { putAll } from "../contracts/engine.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { PlainArchive, type PlainArchiveOptions } from "./plain-archive.ts";

const TOKEN = "a-token-for-tests";

async function serve(t: TestContext, options: Partial<PlainArchiveOptions> = {}) {
  const encoder: Encoder = createFakeEncoder();
  const archive = new PlainArchive({ encoder, timezone: "Asia/Shanghai", ...options });
  const backend = { archive, encoder, search: createSearchService({ archive, encoder }) };
  const open = async () => ({ ...backend, [Symbol.asyncDispose]: () => archive.close() });
  const server = await startSearchServer({ open, host: "127.0.0.1", port: 0, token: TOKEN });
  t.after(() => server.stop());
  await server.opened;
  const get = async (path: string, accept = "application/json") => {
    const reply = await fetch(`${server.url}${path}`, { headers: { accept } });
    return { status: reply.status, text: await reply.text(), headers: reply.headers };
  };
  const post = async (articles: readonly object[]) => {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    const reply = await fetch(`${server.url}/api/articles`, {
      method: "POST",
      headers,
      body: JSON.stringify(articles),
    });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };
  return { archive, get, post };
}

test("articles are posted, found, read and shown", async (t) => {
  const { archive, get, post } = await serve(t);
  const wire = ARTICLES.map(({ publishedAtMs, ...article }) => ({
    ...article,
    published: publishedAtMs === undefined ? undefined : new Date(publishedAtMs).toISOString(),
  }));
  const { status, body } = await post(wire);
  assert.equal(status, 200);
  assert.deepEqual([body.added, body.updated, body.unchanged], [ARTICLES.length, 0, 0]);
  assert.equal((await archive.stats()).articles, ARTICLES.length);

  const [first] = ARTICLES;
  const word = first?.title.slice(0, 2) ?? "";
  const found = JSON.parse((await get(`/api/search?q=${encodeURIComponent(word)}&mode=keyword`)).text) as SearchReply;
  assert.ok(found.hits.some(({ id }) => id === first?.id));
  assert.equal(found.snapshot, (await archive.stats()).snapshot);
  const everything = JSON.parse((await get("/api/search")).text) as SearchReply;
  assert.equal(everything.total, ARTICLES.length);

  assert.equal(JSON.parse((await get(`/api/articles/${first?.id}`)).text).title, first?.title);
  assert.equal((await get("/api/articles/nobody")).status, 404);
  assert.equal((await get(`/api/articles/${first?.id}/similar`)).status, 200);
  for (const path of [
    "/",
    `/?q=${encodeURIComponent(word)}`,
    `/?q=${encodeURIComponent(word)}&mode=semantic&sort=oldest&from=2020-01-01`,
    `/articles/${first?.id}`,
    `/articles/${first?.id}/why?q=${encodeURIComponent(word)}`,
    "/status",
    "/saved",
  ]) {
    const page = await get(path, "text/html");
    assert.equal(page.status, 200, path);
    assert.match(page.text, /<\/html>/, path);
  }
  assert.match((await get(`/?q=${encodeURIComponent(word)}`, "text/html")).text, new RegExp(`/articles/${first?.id}`));
  for (const path of ["/feed.atom?q=", "/export.csv?q=", "/export.jsonl?q=", "/metrics", "/readyz", "/openapi.json"])
    assert.equal((await get(path)).status, 200, path);
});

test("status leaves out what the engine has none of", async (t) => {
  const { archive, get } = await serve(t);
  await putAll(archive, ARTICLES);
  const status = JSON.parse((await get("/api/status")).text) as StatusReply;
  assert.equal(status.archive?.articles, ARTICLES.length);
  assert.equal(status.archive?.segments, undefined);
  assert.equal(status.search, undefined);
  const metrics = (await get("/metrics")).text;
  assert.match(metrics, new RegExp(`^wenxun_archive_articles ${ARTICLES.length}$`, "m"));
  assert.doesNotMatch(metrics, /^wenxun_search_threads \d/m);
});

test("a search is repeated on the snapshot that its reply named, and a snapshot that is not kept is gone", async (t) => {
  const { archive, get } = await serve(t);
  await putAll(archive, ARTICLES);
  const search = async (query: string) => {
    const { tookMs: _, ...reply } = JSON.parse((await get(`/api/search?${query}`)).text) as SearchReply;
    return reply;
  };
  const first = await search("");
  await putAll(archive, [{ id: "new", title: "新来的一篇", body: "" }]);
  assert.equal((await search("")).total, ARTICLES.length + 1);
  assert.deepEqual(await search(`snapshot=${first.snapshot}`), first);
  assert.equal((await get("/api/search?snapshot=never")).status, 410);
});

test("an archive that lends no writer refuses articles and goes on to be searched", async (t) => {
  const { get, post } = await serve(t, { writing: false });
  assert.equal((await post([{ title: "新来的一篇", body: "正文" }])).status, 503);
  assert.equal((await get("/api/search")).status, 200);
});

test("a server that is to be reached when its archive is open is not reached before, and tells why it cannot be opened", async (t) => {
  const archive = new PlainArchive({ encoder: createFakeEncoder(), timezone: "UTC" });
  const backend = {
    archive,
    encoder: createFakeEncoder(),
    search: createSearchService({ archive, encoder: createFakeEncoder() }),
  };
  const shared = { host: "127.0.0.1", port: 0, token: TOKEN, listensWhenOpen: true };
  const door = Promise.withResolvers<void>();
  let isListening = false;
  const starting = startSearchServer({
    ...shared,
    open: async () => {
      await door.promise;
      return { ...backend, [Symbol.asyncDispose]: () => archive.close() };
    },
  }).then((server) => {
    isListening = true;
    return server;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(isListening, false, "nobody is answered before the archive is open");
  door.resolve();
  const server = await starting;
  t.after(() => server.stop());
  assert.equal((await fetch(`${server.url}/api/search`)).status, 200, "the first answer is a good one");

  const failed = await startSearchServer({
    ...shared,
    open: () => Promise.reject(new AppError("unavailable", "no archive here")),
  });
  t.after(() => failed.stop());
  await failed.opened.catch(() => {});
  assert.equal((await fetch(`${failed.url}/api/search`)).status, 503);
});
