import assert from "node:assert/strict";
import { test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "./server.ts";

const accept = "text/html";

/** 120 sources; the fake archive lists all that it is not told to leave out. */
const many: readonly Article[] = Array.from({ length: 120 }, (_, index) => ({
  id: `a${index}`,
  title: `桥 ${index}`,
  body: "桥",
  source: `${index} 号報`,
  category: index % 2 === 0 ? "财经" : "文化",
}));

test("the search page lists fifty sources and leads to all of them", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(many) });
  const { body } = await app.inject({ url: "/?q=桥&mode=keyword", headers: { accept } });
  const sources = /aria-labelledby="facet-source">[\s\S]*?<\/section>/.exec(body)?.[0] ?? "";
  assert.equal(sources.match(/<li>/g)?.length, 50);
  assert.match(sources, /<summary>展开更多（110）<\/summary>/);
  assert.match(
    sources,
    /<a class="all" href="\/facets\/source\?q=%E6%A1%A5&amp;mode=keyword">另有 70 项未列出，共 70 篇。 查看全部/,
  );
  const categories = /aria-labelledby="facet-category">[\s\S]*?<\/section>/.exec(body)?.[0] ?? "";
  assert.doesNotMatch(categories, /<details/);
});

test("every value can be reached, found by name in either script, and leads back to the search", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(many) });
  const all = await app.inject({ url: "/facets/source?q=桥", headers: { accept } });
  assert.equal(all.body.match(/<li><a href="\/\?q=/g)?.length, 120);
  const found = await app.inject({ url: "/facets/source?q=桥&contains=11号报", headers: { accept } });
  assert.match(found.body, /没有找到结果/);
  const { body } = await app.inject({ url: "/facets/source?q=桥&mode=keyword&contains=11+号报", headers: { accept } });
  assert.deepEqual(
    [...body.matchAll(/<bdi>(\d+ 号報)<\/bdi>/g)].map(([, value]) => value),
    ["11 号報", "111 号報"],
  );
  assert.match(body, /href="\/\?q=%E6%A1%A5&amp;source=11\+%E5%8F%B7%E5%A0%B1&amp;mode=keyword"/);
  assert.match(body, /<input type="hidden" name="mode" value="keyword">/);
  assert.equal((await app.inject({ url: "/facets/colour", headers: { accept } })).statusCode, 400);
});

test("the page of all values tells how many articles have none, with a link to these", async (t) => {
  const app = await startFakeServer(t, {
    backend: createFakeBackend([...many, { id: "none", title: "桥", body: "没有来源的桥" }]),
  });
  const { body } = await app.inject({ url: "/facets/source?q=桥", headers: { accept } });
  assert.match(
    body,
    /<li><a href="\/\?q=%E6%A1%A5&amp;without=source">[^<]+<span class="count">1<\/span><\/a><\/li><\/ul>/,
  );
  const found = await app.inject({ url: "/facets/source?q=桥&contains=11+号报", headers: { accept } });
  assert.doesNotMatch(found.body, /without=source">/);
});

test("what is chosen in one script is shown as chosen in the other", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(many) });
  const { body } = await app.inject({ url: "/?q=桥&category=財經", headers: { accept } });
  assert.match(body, /<a href="\/\?q=%E6%A1%A5" aria-current="true"><bdi>财经<\/bdi>/);
  assert.match(body, /aria-label="移除“財經”"/);
});

test("why an article matches: its words as they stand there, what is missing, the nearest sentence", async (t) => {
  const app = await startFakeServer(t);
  const results = (await app.inject({ url: "/?q=大桥&mode=keyword", headers: { accept } })).body;
  assert.match(results, /<a class="ask-why" href="\/articles\/bridge\/why\?q=%E5%A4%A7%E6%A1%A5&amp;mode=keyword"/);
  assert.doesNotMatch((await app.inject({ url: "/", headers: { accept } })).body, /ask-why/);
  const { body } = await app.inject({ url: "/articles/bridge/why?q=大桥 恐龙", headers: { accept } });
  assert.match(body, /文中出现[\s\S]*<bdi>大桥<\/bdi><\/mark> <span class="count">×1/);
  assert.match(body, /文中未出现[\s\S]*<s><bdi>恐龙<\/bdi><\/s>/);
  assert.match(body, /语义最接近的句子[\s\S]*临江大桥今日上午/);
  assert.match(body, /<a href="\/\?q=%E5%A4%A7%E6%A1%A5\+%E6%81%90%E9%BE%99">返回搜索结果/);
  assert.equal((await app.inject({ url: "/articles/none/why?q=a", headers: { accept } })).statusCode, 404);
});

test("titles that hold what is typed are suggested, in either script, each once", async (t) => {
  const twice = { id: "b", title: "桥 7", body: "" };
  const app = await startFakeServer(t, { backend: createFakeBackend([...many.slice(0, 20), twice]) });
  const suggest = async (q: string) => (await app.inject({ url: "/api/suggest", query: { q } })).json().titles;
  assert.deepEqual(await suggest("橋 7"), ["桥 7"]);
  assert.equal((await suggest("桥")).length, 8);
  assert.deepEqual(await suggest("号报"), []);
  assert.deepEqual(await suggest(" "), []);
});

test("a hit tells how long it takes to read; one without a text does not", async (t) => {
  const texts: readonly Article[] = [
    { id: "long", title: "长文", body: "字".repeat(1300), source: "甲报", category: "甲報" },
    { id: "short", title: "短文", body: "字", category: "杂谈" },
    { id: "none", title: "无文", body: "" },
  ];
  const app = await startFakeServer(t, { backend: createFakeBackend(texts) });
  const { body } = await app.inject({ url: "/", headers: { accept } });
  assert.deepEqual(
    [...body.matchAll(/>约 (\d+) 分钟读完/g)].map(([, minutes]) => minutes),
    ["3", "1"],
  );
  // A category that names the source again says nothing.
  assert.doesNotMatch(body, /<span><bdi>甲報/);
});
