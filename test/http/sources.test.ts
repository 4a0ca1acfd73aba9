/** What is followed, through the API of a server. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { SourceNews } from "../../src/api/source-desk.ts";
import { openSourceDesk } from "../../src/compose/source-desk.ts";
import { createFetcher } from "../../src/fetch/create-fetcher.ts";
import { SourceStore } from "../../src/sources/store/source-store.ts";
import { openSourcesDatabase } from "../../src/sources/store/sources-database.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { startWebServer } from "../fakes/web-server.ts";
import { startFakeServer } from "./server.ts";

const FEED =
  "<rss><channel><title>晨报</title><item><title>大桥通车</title><link>https://news.test/1</link></item></channel></rss>";
const SETTINGS = {
  fetchAllow: [],
  fetchContact: undefined,
  fetchTimeoutMs: 5000,
  fetchMaxBytes: 1_000_000,
  timezone: "Asia/Shanghai",
};

test("a source is added, listed, paused, resumed, asked for and removed", async (t) => {
  await using site = await startWebServer((request, response) =>
    response.end(request.url === "/feed" ? FEED : "nothing"),
  );
  const fetcher = createFetcher({ userAgent: "test", allow: ["127.0.0.1"], gapMs: 0 });
  t.after(() => fetcher.close());
  await using sources = openSourceDesk({ ...SETTINGS, folder: join(createTestFolder(), "archive"), fetcher });
  const app = await startFakeServer(t, { token: "secret", sources });
  const ask = async (method: "GET" | "POST" | "PATCH" | "DELETE", path: string, payload?: object) => {
    const headers = { authorization: "Bearer secret" };
    const { statusCode, body } = await app.inject({
      method,
      url: `/api/v1/sources${path}`,
      headers,
      ...(payload && { payload }),
    });
    return { statusCode, reply: JSON.parse(body) };
  };
  assert.deepEqual((await ask("GET", "")).reply, { sources: [] });
  const url = `http://127.0.0.1:${site.port}/feed`;
  const added = await ask("POST", "", { url, name: "晚报" });
  assert.equal(added.statusCode, 200, JSON.stringify(added.reply));
  const { source, isNew } = added.reply;
  assert.deepEqual([source.id, source.kind, source.name, source.health, isNew], [1, "feed", "晚报", "new", true]);
  assert.equal((await ask("POST", "", { url })).reply.isNew, false);
  const paused = await ask("PATCH", "/1", { status: "paused" });
  assert.deepEqual([paused.reply.health, paused.reply.nextCheck], ["paused", null]);
  assert.equal((await ask("PATCH", "/1", { status: "active" })).reply.status, "active");
  assert.ok(Date.parse((await ask("POST", "/1/check", {})).reply.nextCheck) <= Date.now());
  const nothing = await ask("POST", "", { url: `http://127.0.0.1:${site.port}/other` });
  assert.deepEqual([nothing.statusCode, nothing.reply.code], [422, "bad-input"]);
  const file = await ask("POST", "", { url: "file:///etc/passwd" });
  assert.deepEqual([file.statusCode, file.reply.code], [400, "invalid-request"]);
  assert.equal((await ask("DELETE", "/1")).statusCode, 200);
  assert.equal((await ask("DELETE", "/1")).statusCode, 404);
  assert.deepEqual((await ask("GET", "")).reply, { sources: [] });
});

test("a site that does not answer in time is not followed, through the API and on the page", async (t) => {
  await using site = await startWebServer(() => {});
  const fetcher = createFetcher({ userAgent: "test", allow: ["127.0.0.1"], gapMs: 0 });
  t.after(() => fetcher.close());
  await using sources = openSourceDesk({ ...SETTINGS, folder: join(createTestFolder(), "archive"), fetcher });
  const app = await startFakeServer(t, { token: "secret", sources, requestTimeoutMs: 200 });
  const url = `http://127.0.0.1:${site.port}/feed`;
  for (const [path, type, payload] of [
    ["/api/v1/sources", "application/json", JSON.stringify({ url })],
    ["/sources", "application/x-www-form-urlencoded", `${new URLSearchParams({ url })}`],
  ] as const) {
    const headers = { authorization: "Bearer secret", "content-type": type };
    const { statusCode, body } = await app.inject({ method: "POST", url: path, headers, payload });
    assert.deepEqual([path, statusCode], [path, 503]);
    assert.match(body, /The server stopped after 0\.2 s/);
  }
  assert.deepEqual(sources.list(), []);
});

test("the page of sources says how each is, and adds, checks, pauses and removes without script", async (t) => {
  await using site = await startWebServer((request, response) =>
    response.end(request.url === "/feed" ? FEED : "nothing"),
  );
  const fetcher = createFetcher({ userAgent: "test", allow: ["127.0.0.1"], gapMs: 0 });
  t.after(() => fetcher.close());
  await using sources = openSourceDesk({ ...SETTINGS, folder: join(createTestFolder(), "archive"), fetcher });
  const url = `http://127.0.0.1:${site.port}/feed`;
  let news = new Map<number, SourceNews>();
  const desk = {
    ...sources,
    newsSince: () => news,
    countsByDay: () => new Map([[1, [...new Array<number>(10).fill(0), 4, 0, 8, 2]]]),
    list: () =>
      sources.list().map((source) => ({
        ...source,
        added: "2020-01-01T00:00:00.000Z",
        articlesPerDay: 2.5,
        problem: "It answered 503: <busy>.",
        missed: "2026-01-02T03:04:00.000Z",
      })),
  };
  const app = await startFakeServer(t, { token: "secret", sources: desk });
  const authorization = "Bearer secret";
  const show = async (cookie?: string) =>
    (await app.inject({ url: "/sources", headers: { accept: "text/html", authorization, ...(cookie && { cookie }) } }))
      .body;
  const send = (path: string, payload = "") =>
    app.inject({
      method: "POST",
      url: path,
      headers: { accept: "text/html", authorization, "content-type": "application/x-www-form-urlencoded" },
      payload,
    });
  assert.match(await show(), /还没有订阅来源/);
  const wrong = await send("/sources", "url=ftp%3A%2F%2Fx");
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /role="alert">[^<]*is no address that begins with http/);
  const nothing = await send("/sources", `url=${encodeURIComponent(url.replace("/feed", "/other"))}`);
  assert.match(nothing.body, /There is nothing to follow/);
  const added = await send("/sources", `url=${encodeURIComponent(url)}&name=${encodeURIComponent("晚<报>")}`);
  assert.equal(added.statusCode, 200, added.body);
  assert.match(added.body, /role="status">已添加。/);
  assert.match(added.body, /晚&lt;报&gt;/);
  assert.match(added.body, /尚未检查/);
  assert.match(added.body, /每天 2\.5 篇/);
  assert.match(added.body, /··········▄·█▂/);
  assert.match(added.body, /11 天没有文章/);
  assert.match(added.body, /503: &lt;busy&gt;/);
  assert.match(added.body, /2026年1月2日 11:04可能漏收了文章/);
  assert.doesNotMatch(added.body, /新增/, "nothing is new at the first visit");
  news = new Map([[1, { count: 7, newest: [{ id: "a/1", title: "晚<报>第七条" }] }]]);
  const later = await app.inject({
    url: "/sources",
    headers: { accept: "text/html", authorization, cookie: "wenxun_sources_seen=1000" },
  });
  assert.match(later.body, /1970年1月1日 08:00查看以来新增 7 篇/);
  assert.match(later.body, /上次查看以来新增 7 篇[\s\S]*<a href="\/articles\/a%2F1"><bdi>晚&lt;报&gt;第七条/);
  const [, kept = ""] = /wenxun_sources_seen=([\d.]+);/.exec(String(later.headers["set-cookie"])) ?? [];
  assert.match(
    await show(`wenxun_sources_seen=${kept}`),
    /新增 7 篇/,
    "what is new stays so when the page is loaded again",
  );
  const paused = await send("/sources/1/pause");
  assert.deepEqual([paused.statusCode, paused.headers.location], [303, "/sources"]);
  assert.match(await show(), /已暂停[\s\S]*formaction="\/sources\/1\/resume"/);
  assert.equal((await send("/sources/1/resume")).statusCode, 303);
  assert.equal((await send("/sources/1/check")).statusCode, 303);
  assert.ok(Date.parse(sources.list()[0]?.nextCheck ?? "") <= Date.now());
  assert.equal((await send("/sources/1/remove")).statusCode, 303);
  assert.match(await show(), /还没有订阅来源/);
  assert.equal((await send("/sources/1/remove")).statusCode, 404);
  for (const headers of [{}, { authorization: "Bearer wrong" }])
    assert.equal((await app.inject({ url: "/sources", headers })).statusCode, 401);
});

test("however many sources are followed, a reply and a page hold a bounded part of them", async (t) => {
  const folder = join(createTestFolder(), "archive");
  const database = openSourcesDatabase(folder);
  const store = new SourceStore(database);
  for (let number = 1; number <= 250; number++)
    store.add({ kind: "feed", address: `https://news.test/${number}`, name: `第${number}家` }, 0);
  database.close();
  await using sources = openSourceDesk({ ...SETTINGS, folder });
  const app = await startFakeServer(t, { token: "secret", sources });
  const headers = { authorization: "Bearer secret" };
  const list = async (query: string) => {
    const { statusCode, body } = await app.inject({ url: `/api/v1/sources${query}`, headers });
    return { statusCode, ...JSON.parse(body) };
  };
  const seen: number[] = [];
  for (let query = ""; ; ) {
    const { sources: page, nextCursor } = await list(query);
    assert.ok(page.length <= 100);
    seen.push(...page.map(({ id }: { id: number }) => id));
    if (nextCursor === undefined) break;
    query = `?cursor=${nextCursor}`;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 250 }, (_, index) => index + 1),
  );
  assert.equal((await list("?limit=250")).nextCursor, undefined, "a list that ends with its page goes on nowhere");
  assert.equal((await list("?limit=0")).statusCode, 400);
  assert.equal((await list("?limit=501")).statusCode, 400);
  assert.equal((await list("?cursor=x")).statusCode, 400);

  const show = async (query: string) => {
    const { body } = await app.inject({ url: `/sources${query}`, headers: { ...headers, accept: "text/html" } });
    return { count: body.match(/id="source-/g)?.length, text: body };
  };
  const first = await show("");
  assert.equal(first.count, 100);
  assert.match(first.text, /250/, "all of them are counted");
  assert.match(first.text, /<a rel="next" href="\/sources\?page=2">/);
  const last = await show("?page=3");
  assert.deepEqual([last.count, /第250家/.test(last.text), /rel="next"/.test(last.text)], [50, true, false]);
  assert.equal((await show("?page=99")).count, 50, "beyond the last page there is the last one");
  assert.equal((await show("?page=-1")).count, 100);
});
