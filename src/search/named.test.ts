import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import { createMemoryArchive, type FakeArticle } from "../../test/fakes/memory-archive.ts";
import { PLAIN_REQUEST, type SearchRequest } from "../archive/request.ts";
import { searchInThisThread } from "../local/search/searcher.ts";
import { builtInSynonyms, createSynonyms } from "../text/synonyms.ts";
import { createSearchService, type SearchServiceOptions } from "./service.ts";

const encoder = createFakeEncoder();

const TITLE = "老灯塔守夜人年底退休";
const TEXT =
  "海事部门介绍，航标改为自动值守，四十年的手写日志将移交档案馆。日志记下每晚的风向、雾况和过往船只，装满了十一只木箱。档案馆计划先扫描最早的三箱，再请志愿者辨认字迹，预计明年秋天开放查阅，并在市民中心办一次小展。";
const ARTICLES: readonly FakeArticle[] = [
  { id: "own", title: TITLE, body: TEXT, publishedAtMs: Date.UTC(2021, 2, 14) },
  // Says what the text says, and nothing of the headline.
  {
    id: "onward",
    title: "四十年手写日志开放查阅",
    body: `档案馆扫描了三箱，志愿者辨认字迹。${TEXT.slice(50)}`,
    publishedAtMs: Date.UTC(2022, 8, 1),
  },
  // Says what the headline says, and nothing of the text.
  {
    id: "namesake",
    title: "守夜人退休后住进老灯塔旁",
    body: "年底退休的守夜人是一部小说里的人物，小说写的是海岛。",
    publishedAtMs: Date.UTC(2022, 8, 2),
  },
  ...Array.from(
    { length: 40 },
    (_, index): FakeArticle => ({
      id: `other-${index}`,
      title: `第${index}号渡轮`,
      body: "渡轮照常开行，票价不变。",
      publishedAtMs: Date.UTC(2022, 0, index),
    }),
  ),
];

async function search(
  query: string,
  more: Partial<SearchRequest> = {},
  articles = ARTICLES,
  synonyms?: SearchServiceOptions["synonyms"],
) {
  const vectors = await encoder.encode(
    articles.map(({ title, body }) => `${title}\n${body}`),
    { role: "document" },
  );
  const archive = createMemoryArchive(articles.map((article, index) => ({ ...article, vector: vectors[index] })));
  const service = createSearchService({ archive: searchInThisThread(archive), encoder, synonyms });
  return service.search({ ...PLAIN_REQUEST, query, limit: 3, ...more });
}

const order = async (...asked: Parameters<typeof search>): Promise<string[]> =>
  (await search(...asked)).hits.map(({ id }) => id);

/** What only goes on from the text comes after what has the headline's words. */
const isBehind = (ids: readonly string[]): boolean =>
  ids.includes("namesake") && (!ids.includes("onward") || ids.indexOf("namesake") < ids.indexOf("onward"));

test("a headline finds its article, then what goes on from its text", async () => {
  assert.deepEqual(await order(TITLE), ["own", "onward", "namesake"]);
});

test("in the other script, with other punctuation, with a site's name after it", async () => {
  for (const query of ["老燈塔守夜人年底退休", "老灯塔守夜人：年底退休！", `${TITLE} - 海报`])
    assert.deepEqual(await order(query), ["own", "onward", "namesake"], query);
});

test("what is no headline is looked for as it stands", async () => {
  for (const query of ["守夜人退休", "老灯塔旁住着退休的守夜人吗"]) assert.ok(isBehind(await order(query)), query);
});

test("an article with hardly a text says no more than its headline", async () => {
  const [own, ...others] = ARTICLES as [FakeArticle, ...FakeArticle[]];
  assert.ok(isBehind(await order(TITLE, {}, [{ ...own, body: TEXT.slice(50, 110) }, ...others])));
});

test("the article is known though the days asked for leave it out, and is not shown", async () => {
  assert.deepEqual((await order(TITLE, { from: "2022-01-01" })).slice(0, 2), ["onward", "namesake"]);
});

test("by words alone a headline is words", async () => {
  assert.deepEqual((await order(TITLE, { mode: "keyword" })).slice(0, 1), ["own"]);
  assert.ok(isBehind(await order(TITLE, { mode: "keyword" })));
});

test("the result says that it is so", async () => {
  assert.deepEqual((await search(TITLE)).notices, ["query-names-article"]);
  assert.deepEqual((await search("守夜人退休")).notices, []);
});

test("a text of more than 500 characters is no headline, nor is a title of as many", async () => {
  const title = TITLE.repeat(60);
  const [own, ...others] = ARTICLES as [FakeArticle, ...FakeArticle[]];
  const articles = [{ ...own, title }, ...others];
  assert.deepEqual((await search(title, {}, articles)).notices, []);
  assert.deepEqual((await search(title.slice(0, 460), {}, articles)).notices, []);
  assert.deepEqual(
    (await search(title.slice(0, 460), {}, [{ ...own, title: title.slice(0, 480) }, ...others])).notices,
    ["query-names-article"],
  );
});

test("of a series whose headlines differ in a number, the article with the number is the first, and no other is named", async () => {
  const report = (id: string, number: string): FakeArticle => ({
    id,
    title: `全市各区公共图书馆今年上半年借阅总数超${number}万册`,
    body: `图书馆公布借阅数。${TEXT}`,
    publishedAtMs: Date.UTC(2022, 0, 1 + Number(number)),
  });
  const articles = Array.from({ length: 12 }, (_, index) => report(`n${index}`, `${20 + index}`));
  for (const index of [0, 5, 11]) {
    const { hits, notices } = await search(`全市各区公共图书馆今年上半年借阅总数超${20 + index}万册`, {}, articles);
    assert.equal(hits[0]?.id, `n${index}`);
    assert.ok(!notices.includes("query-names-article") || hits[0]?.title.includes(`${20 + index}`));
  }
  const { notices } = await search("全市各区公共图书馆今年上半年借阅总数超99万册", {}, articles);
  assert.deepEqual(notices, []);
});

test("a headline that holds a word with synonyms names its article", async () => {
  const title = "世卫：老灯塔守夜人年底退休";
  const articles = [...ARTICLES.slice(1), { id: "own", title, body: TEXT, publishedAtMs: Date.UTC(2021, 2, 14) }];
  const found = await search(title, {}, articles, () => createSynonyms(builtInSynonyms()));
  assert.ok(found.alsoSearched.length > 0);
  assert.equal(found.hits[0]?.id, "own");
  assert.deepEqual(found.notices, ["query-names-article"]);
});
