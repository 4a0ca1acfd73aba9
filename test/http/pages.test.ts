import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import type { SearchRequest } from "../../src/archive/request.ts";
import { AppError } from "../../src/errors.ts";
import type { App } from "../../src/http/app.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "./server.ts";

const get = async (app: App, url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { accept: "text/html,*/*", ...headers } });

test("the first page offers the whole archive, newest first", async (t) => {
  const app = await startFakeServer(t, { examples: ["大桥 通车"] });
  const reply = await get(app, "/");
  assert.equal(reply.statusCode, 200);
  assert.match(String(reply.headers["content-type"]), /^text\/html/);
  assert.match(reply.body, /^<!doctype html>\s*<html lang="zh-Hans">/);
  assert.match(reply.body, /<strong>4 篇<\/strong>/);
  assert.match(reply.body, /href="\/\?q=%E5%A4%A7%E6%A1%A5\+%E9%80%9A%E8%BD%A6"/);
  assert.ok(reply.body.indexOf("/articles/library") < reply.body.indexOf("/articles/bridge"));
});

test("a search shows its hits with highlights, day, source and the script of each text", async (t) => {
  const app = await startFakeServer(t);
  const { body } = await get(app, "/?q=大桥");
  assert.match(
    body,
    /<h2 class="hit-title" lang="zh-Hans" dir="auto"><a href="\/articles\/bridge\?q=[^"]*">临江<mark>大桥<\/mark>通车/,
  );
  assert.match(body, /<h2 class="hit-title" lang="zh-Hant"/);
  assert.match(
    body,
    /<time datetime="2021-03-14T09:00:00\+08:00" title="[^"]*09:00:00 UTC\+8 \(Asia\/Shanghai\)">2021年3月14日 09:00 <span class="zone">UTC\+8<\/span><\/time>/,
  );
  assert.match(body, /<a class="out" href="https:\/\/news.example\/bridge\?a=1&amp;b=2" rel="[^"]*noreferrer/);
  assert.match(body, /name="q" type="search" value="大桥"/);
});

test("what was also searched names other words for what is wanted: no operator, no exclusion, and nothing twice", async (t) => {
  const app = await startFakeServer(t);
  const toldOf = async (q: string): Promise<string | undefined> => {
    const { body } = await get(app, `/?q=${encodeURIComponent(q)}`);
    return /<p class="variants">(.*?)<\/p>/.exec(body)?.[1]?.replace(/<[^>]*>/g, "");
  };
  assert.equal(await toldOf("軟體"), "同时检索： 软体");
  assert.equal(await toldOf("软件 source:江湾日报 -网络"), "同时检索： 软体");
  assert.equal(await toldOf('"硬件 软件" OR 颶風'), "同时检索： 硬体 软体");
  for (const q of ["颱風", "颱風 -廣告", "北約 烏克蘭 source:BBC"]) assert.equal(await toldOf(q), undefined, q);
});

test("the form keeps every part of the search", async (t) => {
  const app = await startFakeServer(t);
  const { body } = await get(
    app,
    "/?q=%22a%22&from=2021-01-01&to=2021-12-31&source=S%26T&excludeCategory=C&mode=keyword&sort=oldest&limit=5",
  );
  assert.match(body, /name="q" type="search" value="&quot;a&quot;"/);
  assert.match(body, /name="from" value="2021-01-01"/);
  assert.match(body, /name="to" value="2021-12-31"/);
  assert.match(body, /type="hidden" name="source" value="S&amp;T"/);
  assert.match(body, /type="hidden" name="excludeCategory" value="C"/);
  assert.match(body, /type="hidden" name="limit" value="5"/);
  assert.match(body, /value="keyword" checked/);
  assert.match(body, /value="oldest" selected/);
});

test("sources and categories narrow by link, and chips take it back", async (t) => {
  const app = await startFakeServer(t);
  const { body } = await get(app, "/?q=大桥&category=交通");
  const search = "q=%E5%A4%A7%E6%A1%A5";
  assert.match(body, new RegExp(`href="/\\?${search}&amp;source=[^"&]*&amp;category=[^"]*"><bdi>江湾日报</bdi>`));
  assert.match(body, new RegExp(`<a href="/\\?${search}" aria-label="移除“交通”">`));
  assert.match(body, new RegExp(`<a href="/\\?${search}" aria-current="true"><bdi>交通</bdi>`));
});

test("several sources can be chosen and others left out, each with its count", async (t) => {
  const app = await startFakeServer(t);
  const { body } = await get(app, "/?source=江湾日报&excludeCategory=文化");
  assert.match(body, /source=[^"&]*&amp;source=[^"]*"><bdi>海灣時報<\/bdi> <span class="count">1<\/span>/);
  assert.match(body, /aria-current="true"><bdi>江湾日报/);
  assert.match(body, /aria-label="移除“排除 文化”"><s><bdi>文化<\/bdi> <span class="count">1</);
  assert.match(body, /<strong>1 篇<\/strong>/);
});

test("bars of the histogram narrow the days to theirs", async (t) => {
  const app = await startFakeServer(t);
  const { body } = await get(app, "/");
  assert.match(body, /href="\/\?from=2021-03-01&amp;to=2021-03-31" aria-label="2021年3月：2 篇"/);
  assert.match(body, /<title>2021年4月：档案库中没有这段时间的文章<\/title>/);
});

test("long results are paged, and the pages keep the search", async (t) => {
  const many: Article[] = Array.from({ length: 25 }, (_, index) => ({
    id: `a${index}`,
    title: `桥 ${index}`,
    body: "",
  }));
  const app = await startFakeServer(t, { backend: createFakeBackend(many) });
  const { body } = await get(app, "/?q=桥&limit=10&offset=10");
  assert.match(body, /rel="prev" href="\/\?q=%E6%A1%A5"/);
  assert.match(body, /rel="next" href="\/\?q=%E6%A1%A5&amp;offset=20"/);
  assert.match(body, /第 2 \/ 3 页/);
  assert.match(body, /<ol class="hits" start="11">/);
});

test("nothing found tells what to try; an empty archive tells how to fill it", async (t) => {
  const app = await startFakeServer(t);
  const { body } = await get(app, "/?q=恐龙");
  assert.match(body, /没有找到结果[\s\S]*<a href="\/\?q=[^"]*&amp;mode=semantic">改用语义检索/);
  assert.doesNotMatch(body, /不限日期/);
  const narrowed = (await get(app, "/?q=大桥&from=1999-01-01&to=1999-12-31&source=无报&mode=semantic")).body;
  assert.match(narrowed, /<a href="\/\?q=%E5%A4%A7%E6%A1%A5&amp;mode=semantic">清除日期和筛选条件后有 2 篇/);
  assert.doesNotMatch(narrowed, /改用“意思”/);
  const empty = await startFakeServer(t, { backend: createFakeBackend([]) });
  assert.match((await get(empty, "/")).body, /wenxun import/);
});

test("an article is shown whole, with what is near it and the way back", async (t) => {
  const app = await startFakeServer(t);
  const { body } = await get(app, "/articles/bridge?q=大桥&offset=10");
  assert.match(body, /<h1 dir="auto">临江<mark>大桥<\/mark>通车，两岸通勤缩短半小时<\/h1>/);
  assert.match(body, /<p dir="auto">交通部门说/);
  assert.match(body, /<a href="\/\?q=%E5%A4%A7%E6%A1%A5&amp;offset=10">返回搜索结果/);
  assert.match(body, /相似文章[\s\S]*旧粮仓/);
});

test("hostile text stays text and hostile addresses are no links", async (t) => {
  const hostile: Article = {
    id: '"><script>alert(1)</script>/../..',
    title: '</title><script>alert(2)</script><a href="x">',
    body: "</p><img src=x onerror=alert(3)>\n\u202e\u0000\ud800 &lt;b&gt;",
    url: "JavaScript:alert(4)",
    source: '"><svg onload=alert(5)>',
    category: "<style>*{display:none}</style>",
    publishedAtMs: 0,
  };
  const app = await startFakeServer(t, { backend: createFakeBackend([hostile]) });
  const urls = [
    "/",
    `/?q=${encodeURIComponent('"><script>alert(6)</script>')}`,
    `/?source=${encodeURIComponent('"><svg onload=alert(5)>')}`,
    `/articles/${encodeURIComponent(hostile.id)}`,
    `/articles/${encodeURIComponent("<script>alert(7)</script>")}`,
    `/${encodeURIComponent("<script>")}?lang=%22%3E%3Cscript%3E`,
  ];
  for (const url of urls) {
    const { body } = await get(app, url);
    assert.doesNotMatch(body, /<script>|<svg onload|<img|<style|<b>|href="x"/, url);
    assert.doesNotMatch(body, /href="javascript:/i, url);
  }
  const { body } = await get(app, `/articles/${encodeURIComponent(hostile.id)}`);
  assert.match(body, /&amp;lt;b&amp;gt;/);
});

test("the language follows the browser, then the switch, which is remembered", async (t) => {
  const app = await startFakeServer(t);
  assert.match((await get(app, "/", { "accept-language": "zh-HK" })).body, /<html lang="zh-Hant">/);
  const switched = await get(app, "/?q=桥&lang=en", { "accept-language": "zh-HK" });
  assert.match(switched.body, /<html lang="en">/);
  assert.doesNotMatch(switched.body, /[?;]lang=en/);
  assert.match(switched.body, /<a href="\/\?q=%E6%A1%A5&amp;lang=zh-Hant" lang="zh-Hant"/);
  const cookie = String(switched.headers["set-cookie"]).split(";")[0] ?? "";
  assert.match((await get(app, "/", { cookie, "accept-language": "zh-HK" })).body, /<html lang="en">/);
  assert.match((await get(app, "/?lang=xx", { cookie: "wenxun-language=xx" })).body, /<html lang="zh-Hans">/);
});

test("errors are pages for people and JSON for programs", async (t) => {
  const app = await startFakeServer(t);
  const page = await get(app, "/?q=桥&limit=many");
  assert.equal(page.statusCode, 400);
  assert.match(page.body, /limit must be [^<]*&quot;many&quot;/);
  assert.match(page.body, /value="桥"/);
  assert.equal((await get(app, "/articles/none")).statusCode, 404);
  assert.match((await get(app, "/nowhere")).body, /<h1>页面不存在<\/h1>/);
  const json = await app.inject({ url: "/nowhere", headers: { accept: "*/*" } });
  assert.equal(json.json().code, "not-found");

  const opening = await startFakeServer(t, { backend: Promise.reject(new AppError("io", "disk /dev/secret")) });
  const broken = await get(opening, "/");
  assert.equal(broken.statusCode, 500);
  assert.doesNotMatch(broken.body, /secret/);
});

test("a query of 10,000 characters makes a page that is not a hundred times as long", async (t) => {
  const app = await startFakeServer(t);
  const { body } = await get(app, `/?q=${encodeURIComponent("桥".repeat(10_000))}`);
  assert.ok(body.length < 250_000, `${body.length} characters`);
});

test("script and style are served under names that change with their content, and compressed", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-assets-"));
  writeFileSync(join(folder, "main.js"), "/* script */".repeat(200));
  writeFileSync(join(folder, "style.css"), "a{}");
  writeFileSync(join(folder, "pages.css"), "b{}");
  const app = await startFakeServer(t, { assetsFolder: folder });
  const page = await get(app, "/", { "accept-encoding": "br" });
  assert.equal(page.headers["content-encoding"], "br");
  const { body } = await get(app, "/");
  const script = /<script type="module" src="([^"]+)">/.exec(body)?.[1] ?? "";
  const reply = await app.inject({ url: script, headers: { "accept-encoding": "gzip" } });
  assert.equal(reply.headers["content-encoding"], "gzip");
  assert.match(String(reply.headers["cache-control"]), /immutable/);
  const sheetsOf = (html: string): string[] =>
    [...html.matchAll(/<link rel="stylesheet" href="\/assets\/[^/]+\/(\w+)\.css">/g)].map(([, name = ""]) => name);
  assert.deepEqual(sheetsOf(body), ["style"]);
  // What all pages share comes last, so that its narrow windows are heeded.
  assert.deepEqual(sheetsOf((await get(app, "/status")).body), ["pages", "style"]);
  assert.doesNotMatch(body, /<style|style="|<script>|\son[a-z]+="/);
});

test("the machine room shows what is loaded and what the archive covers, also while it opens", async (t) => {
  const resource = {
    key: "encoder:builtin",
    state: "ready",
    loads: 1,
    loadMs: 12,
    bytes: 34e6,
    borrowers: 2,
    hits: 5,
  } as const;
  const resources = { status: () => [resource], acquire: () => Promise.reject(new Error("nothing to load")) };
  const app = await startFakeServer(t, { resources });
  const { body } = await get(app, "/status");
  assert.match(
    body,
    /<code>encoder:builtin<\/code><\/th><td[^>]*>就绪<\/td><td class="number"[^>]*>1<\/td><td class="number"[^>]*>12 ms<\/td><td class="number"[^>]*>32 MB/,
  );
  assert.match(body, /<dt>文章<\/dt><dd>4<\/dd>/);
  assert.match(body, /aria-label="2021年3月：2 篇"/);
  assert.match(body, /<bdi>江湾日报<\/bdi><\/a><\/th><td class="number">2</);
  assert.doesNotMatch(body, /nowhere/);
  const opening = await startFakeServer(t, { backend: new Promise(() => {}), resources });
  assert.match((await get(opening, "/status")).body, /正在打开/);
});

test("the docs page lists every operation of the description", async (t) => {
  const app = await startFakeServer(t);
  const { body } = await get(app, "/docs");
  const { paths } = (await app.inject("/openapi.json")).json();
  for (const [path, methods] of Object.entries(paths as Record<string, object>)) {
    // Those without a version are told of in a sentence.
    if (path.startsWith("/api/") && !path.startsWith("/api/v1/")) continue;
    for (const method of Object.keys(methods)) assert.ok(body.includes(`<code>${method.toUpperCase()} ${path}</code>`));
  }
  assert.match(body, /id="counting"/);
});

test("each reply tells the server's part in it, the search page also the search's", async (t) => {
  const app = await startFakeServer(t);
  const page = await get(app, "/?q=大桥");
  assert.match(String(page.headers["server-timing"]), /^search;dur=0\.3, total;dur=\d+\.\d$/);
  const reply = await app.inject("/api/search?q=大桥");
  assert.match(String(reply.headers["server-timing"]), /^total;dur=\d+\.\d$/);
});

test("over a few days each has one label", async (t) => {
  const backend = createFakeBackend();
  const days = ["2024-05-01", "2024-05-02", "2024-05-03"].map((start) => ({ start, count: 1 }));
  const search = {
    ...backend.search,
    search: async (request: SearchRequest) => ({
      ...(await backend.search.search(request)),
      histogram: { interval: "day", buckets: days } as const,
    }),
  };
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const ticks = /<svg class="ticks"[\s\S]*?<\/svg>/.exec((await get(app, "/?q=大桥")).body)?.[0] ?? "";
  const labels = [...ticks.matchAll(/<text [^>]*>([^<]*)/g)].map(([, label]) => label);
  assert.deepEqual(labels, ["2024年5月", "2日", "3日"]);
});

test("a notice of what could not be done stands out, a remark on what was done does not", async (t) => {
  const backend = createFakeBackend();
  const search = Object.create(backend.search) as typeof backend.search;
  search.search = async (request, options) => ({
    ...(await backend.search.search(request, options)),
    notices: ["query-cut", "query-names-article"],
  });
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const { body } = await get(app, "/?q=大桥");
  assert.match(body, /<p class="notice">检索内容过长/);
  assert.match(body, /<p>检索内容是一篇文章的标题/);
});

test("a list stands close where the reader asked for it, from then on", async (t) => {
  const app = await startFakeServer(t);
  const wanted = { accept: "text/html" };
  const page = await app.inject({ url: "/?q=大桥", headers: wanted });
  assert.match(
    page.body,
    /<body class="search-page">[\s\S]*<a href="\/\?q=[^"]*density=compact" rel="nofollow">紧凑排列/,
  );
  const chosen = await app.inject({ url: "/?q=大桥&density=compact", headers: wanted });
  assert.match(chosen.body, /<body class="search-page compact">[\s\S]*density=comfortable" rel="nofollow">宽松排列/);
  const cookie = String(chosen.headers["set-cookie"]).split(";")[0] ?? "";
  assert.equal(cookie, "wenxun-density=compact");
  const later = await app.inject({ url: "/?q=粮仓", headers: { ...wanted, cookie } });
  assert.match(later.body, /<body class="search-page compact">/);
});
