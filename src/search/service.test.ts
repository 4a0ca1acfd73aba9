import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createMemoryArchive, type FakeArticle } from "../../test/fakes/memory-archive.ts";
import {
  ARTICLES,
  allIdsOf,
  createService,
  day,
  encoder,
  idsOf,
  matchingIdsOf,
  REQUEST,
  withVectors,
} from "../../test/fakes/memory-search.ts";
import { SEARCH_MODES, type SearchRequest } from "../archive/request.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { AppError } from "../errors.ts";
import { searchInThisThread } from "../local/search/searcher.ts";
import { MAX_PHRASE_READS } from "./matching/text-leaf.ts";
import { createSearchService } from "./service.ts";

describe("keyword mode", () => {
  const search = async (query: string, more: Partial<SearchRequest> = {}) =>
    (await createService(ARTICLES)).search({ ...REQUEST, mode: "keyword", query, ...more });

  test("short words are wanted whole, in either script", async () => {
    assert.deepEqual(matchingIdsOf(await search("电车")).sort(), ["tram", "tram-hant", "undated"]);
    assert.deepEqual(matchingIdsOf(await search("電車")).sort(), ["tram", "tram-hant", "undated"]);
    assert.deepEqual(matchingIdsOf(await search("電")).sort(), ["tram", "tram-hant", "undated"]);
    assert.deepEqual(matchingIdsOf(await search("软件")).sort(), ["software", "tram-hant"]);
    assert.deepEqual(matchingIdsOf(await search("互联网")), ["tram-hant"]);
  });

  test("a word and a quoted phrase stand in one piece: pairs that stand apart are not the word", async () => {
    assert.deepEqual(matchingIdsOf(await search("人工智能")).sort(), ["software"]);
    assert.deepEqual(matchingIdsOf(await search("“人工智能”")), ["software"]);
    assert.deepEqual(matchingIdsOf(await search("「人工費」")), ["labour"]);
    assert.deepEqual(matchingIdsOf(await search('"covid-19"')), ["covid"]);
    assert.deepEqual(matchingIdsOf(await search('"covid 19"')), ["covid"]);
    assert.deepEqual(matchingIdsOf(await search('"covid 18"')), []);
  });

  test("a phrase may have more pairs than are looked up", async () => {
    const body = "沿江的有轨电车今天开始试运行，首日免费，市民排起长队。".repeat(3);
    const articles = [body, body.slice(1), `${body.slice(0, 60)}，${body.slice(60)}`].map(
      (text, index): FakeArticle => ({ id: `${index}`, title: "", body: text }),
    );
    const service = await createService(articles);
    const found = await service.search({ ...REQUEST, mode: "keyword", query: `"${body.slice(0, -1)}"` });
    assert.deepEqual(allIdsOf(found), ["0"]);
  });

  test("a minus leaves out", async () => {
    assert.deepEqual(matchingIdsOf(await search("电车 -试运行")).sort(), ["tram-hant", "undated"]);
    assert.deepEqual(matchingIdsOf(await search("人工 -「人工智能」")), ["labour"]);
    assert.deepEqual(matchingIdsOf(await search("-电车")), ["labour", "software", "covid"], "newest first");
  });

  test("several words are all wanted", async () => {
    assert.deepEqual(matchingIdsOf(await search("电车 免费")), ["tram"]);
  });

  test("where no article of the archive holds all words, those that hold most of them match, and the result says so", async () => {
    const two = await search("电车 免费 人工");
    assert.deepEqual([matchingIdsOf(two), two.relaxed], [["tram"], { held: 2, wanted: 3 }]);
    const inRange = await search("电车 免费 人工", { from: "2022-01-01" });
    assert.deepEqual([inRange.total, inRange.relaxed], [0, { held: 2, wanted: 3 }], "whatever the range holds");
    assert.equal((await search("电车 免费")).relaxed, undefined);
    const pieces = await search("电车免费");
    assert.deepEqual(matchingIdsOf(pieces), matchingIdsOf(await search("电车 免费")), "words written together");
    assert.deepEqual(pieces.relaxed, { held: 1, wanted: 1 });
    assert.equal((await search("电车 免费", { from: "2022-01-01" })).relaxed, undefined);
    assert.deepEqual([(await search("不存在 没听说")).total, (await search("不存在 没听说")).relaxed], [0, undefined]);
  });

  test("an article that holds all words comes before one that holds one of them often", async () => {
    const articles: readonly FakeArticle[] = [
      { id: "often", title: "谣言谣言谣言", body: "谣言止于智者，谣言何其多。".repeat(5) },
      { id: "all", title: "记者观察", body: `有人把5G与新冠联系起来，专家说是谣言。${"其余的话。".repeat(40)}` },
      { id: "other", title: "新冠疫苗", body: "新冠疫苗开始接种。" },
    ];
    for (const mode of ["keyword", "hybrid"] as const) {
      const found = await (await createService(articles)).search({ ...REQUEST, mode, query: "5G 新冠 谣言" });
      assert.equal(found.hits[0]?.id, "all", mode);
      assert.equal(found.hits[0]?.match, "words", mode);
    }
  });

  test("a long question needs its telling words alone", async () => {
    assert.equal(matchingIdsOf(await search("请问有轨电车的试运行是什么时候开始的"))[0], "tram");
  });

  test("articles and prepositions of an English query need not be there; alone among Chinese they are names", async () => {
    const service = await createService([
      { id: "canal", title: "Suez Canal blocked", body: "A ship is stuck." },
      { id: "the", title: "The weather of the week", body: "It is on." },
      { id: "is", title: "IS袭击事件", body: "武装组织 IS 宣称负责。" },
      { id: "other", title: "袭击事件", body: "无人宣称负责。" },
    ]);
    const find = async (query: string) => matchingIdsOf(await service.search({ ...REQUEST, mode: "keyword", query }));
    assert.deepEqual(await find("the blocking of the Suez Canal"), await find("blocking Suez Canal"));
    assert.deepEqual(await find("ship in the canal"), ["canal"]);
    assert.deepEqual(await find("IS 袭击"), ["is"]);
    assert.deepEqual(await find("the of"), ["the"]);
  });

  test("each hit says how well its words fit", async () => {
    const { hits } = await search("电车");
    for (const { why, score } of hits) assert.deepEqual(why, { keyword: score });
  });
});

describe("limits of a match", () => {
  test("of a sentence, all that hold enough match; the best of the others are related and not counted", async () => {
    // Ten hold the whole sentence, 300 one or the other half of it, and the rest nothing.
    const articles = Array.from({ length: 400 }, (_, index): FakeArticle => {
      const body = index < 10 ? "江边夜市重新开张" : index < 160 ? "江边夜市" : index < 310 ? "重新开张" : "无关";
      return { id: `${index}`, title: "", body: `${body}，${"其余的话".repeat(index % 7)}` };
    });
    const result = await createSearchService({
      archive: searchInThisThread(createMemoryArchive(articles)),
      encoder,
    }).search({ ...REQUEST, mode: "keyword", query: "江边夜市重新开张" });
    assert.deepEqual([result.total, result.related], [10, 90]);
    assert.deepEqual(
      matchingIdsOf(result)
        .map(Number)
        .sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.ok(result.hits.slice(10).every(({ match }) => match === "related"));
    const whole = articles.map((article) => ({ ...article, body: "江边夜市重新开张" }));
    const all = await createSearchService({
      archive: searchInThisThread(createMemoryArchive(whole)),
      encoder,
    }).search({ ...REQUEST, mode: "keyword", query: "江边夜市重新开张" });
    assert.equal(all.total, 400);
  });

  test("of a long text the 256 first terms count, and not fewer", async () => {
    const words = Array.from({ length: 200 }, (_, index) => `w${String(index).padStart(3, "0")}`);
    const articles: readonly FakeArticle[] = [
      { id: "like", title: "", body: words.filter((_, index) => index < 60 || index >= 150).join(" ") },
      { id: "newer", title: "", body: words.slice(0, 60).join(" "), publishedAtMs: day("2021-01-01") },
    ];
    const service = createSearchService({ archive: searchInThisThread(createMemoryArchive(articles)), encoder });
    const { hits } = await service.search({ ...REQUEST, mode: "keyword", query: words.join(" ") });
    assert.equal(hits[0]?.id, "like");
  });

  test("a phrase that more articles may hold than are read counts unread, in any range of days, and the result says so", async () => {
    const articles = Array.from(
      { length: MAX_PHRASE_READS + 10 },
      (_, index): FakeArticle => ({
        id: `${index}`,
        title: index === 0 || index === MAX_PHRASE_READS + 9 ? "江边夜市" : "江边的边夜，夜市",
        body: "",
        publishedAtMs: index < 100 ? day("2020-01-01") : day("2021-01-01"),
      }),
    );
    const request: SearchRequest = { ...REQUEST, mode: "keyword", query: "“江边夜市”" };
    const search = (some: readonly FakeArticle[], more: Partial<SearchRequest> = {}) =>
      createSearchService({ archive: searchInThisThread(createMemoryArchive(some)), encoder }).search({
        ...request,
        ...more,
      });
    const all = await search(articles);
    assert.deepEqual([all.total, all.notices], [MAX_PHRASE_READS + 10, ["phrase-unchecked"]]);
    const narrow = await search(articles, { to: "2020-12-31" });
    assert.deepEqual([narrow.total, narrow.notices], [100, ["phrase-unchecked"]]);
    const few = await search(articles.slice(10));
    assert.deepEqual([few.total, few.notices], [1, []]);
    const without = await search(articles, { query: "夜市 -“江边夜市”" });
    assert.deepEqual([without.total, without.notices], [MAX_PHRASE_READS + 10, ["phrase-unchecked"]]);
    assert.equal((await search(articles.slice(10), { query: "夜市 -“江边夜市”" })).total, MAX_PHRASE_READS - 1);
  });
});

describe("filters", () => {
  const service = createService(ARTICLES);
  const ids = async (more: Partial<SearchRequest>) => idsOf(await (await service).search({ ...REQUEST, ...more }));

  test("day ranges are inclusive, in the archive's zone, and leave undated articles out", async () => {
    assert.deepEqual(await ids({ from: "2021-03-14", to: "2021-03-14" }), ["tram"]);
    assert.deepEqual(await ids({ to: "2021-03-15" }), ["tram-hant", "tram"]);
    assert.deepEqual(await ids({ from: "2022-07-02" }), ["labour"]);
    assert.equal((await ids({})).length, ARTICLES.length);
  });

  test("sources and categories, several, wanted and excluded; an unknown one finds nothing", async () => {
    assert.deepEqual(await ids({ sources: ["海灣時報", "城南晚报"] }), ["labour", "tram-hant", "undated"]);
    assert.deepEqual(await ids({ sources: ["江湾日报"], excludedCategories: ["交通"] }), ["software", "covid"]);
    assert.deepEqual(await ids({ excludedSources: ["江湾日报"], categories: ["交通"] }), ["tram-hant"]);
    assert.deepEqual(await ids({ sources: ["没有这家"] }), []);
  });

  test("a day that is none and a range that ends before it begins are refused", async () => {
    for (const range of [{ from: "2021-02-30" }, { to: "yesterday" }, { from: "2021-03-02", to: "2021-03-01" }])
      await assert.rejects(ids(range), (error) => error instanceof AppError && error.code === "invalid-request");
  });

  test("paging outside of its bounds is refused", async () => {
    for (const paging of [{ limit: 101 }, { limit: -1 }, { limit: 1.5 }, { offset: -1 }, { offset: 100_001 }])
      await assert.rejects(ids(paging), (error) => error instanceof AppError && error.code === "invalid-request");
  });
});

describe("notices", () => {
  const away: Encoder = {
    ...encoder,
    encode: async () => {
      throw new AppError("encoder-unavailable", "The encoder does not answer.");
    },
  };
  const blank: Encoder = { ...encoder, encode: async (texts) => texts.map(() => undefined) };

  test("without an encoder, or a vector, words alone are searched", async () => {
    for (const mode of ["hybrid", "semantic"] as const) {
      const without = await (await createService(ARTICLES, away)).search({ ...REQUEST, mode, query: "软件" });
      assert.deepEqual([without.mode, without.notices, without.total], ["keyword", ["encoder-away"], 2]);
      const unknown = await (await createService(ARTICLES, blank)).search({ ...REQUEST, mode, query: "软件" });
      assert.deepEqual([unknown.mode, unknown.notices, unknown.total], ["keyword", ["query-has-no-vector"], 2]);
    }
  });

  test("vectors of another encoder are never compared with the query's", async () => {
    const archive = createMemoryArchive(await withVectors(ARTICLES), { encoderFingerprint: "another" });
    const result = await createSearchService({ archive: searchInThisThread(archive), encoder }).search({
      ...REQUEST,
      query: "软件",
    });
    assert.deepEqual([result.mode, result.notices], ["keyword", ["encoder-changed"]]);
  });

  test("other failures of the encoder are not hidden", async () => {
    const broken: Encoder = { ...encoder, encode: async () => Promise.reject(new Error("bug")) };
    await assert.rejects((await createService(ARTICLES, broken)).search({ ...REQUEST, query: "软件" }), /bug/);
  });

  test("punctuation alone finds nothing and says why; nothing at all finds everything", async () => {
    const service = await createService(ARTICLES);
    const punctuation = await service.search({ ...REQUEST, query: "。。。！" });
    assert.deepEqual([punctuation.total, punctuation.notices], [0, ["query-has-no-words"]]);
    assert.deepEqual(punctuation.histogram.buckets, []);
    const empty = await service.search({ ...REQUEST, query: "  " });
    assert.deepEqual([empty.total, empty.notices], [ARTICLES.length, []]);
    assert.deepEqual(idsOf(empty), ["labour", "software", "covid", "tram-hant", "tram", "undated"]);
    assert.ok(empty.hits.every(({ score }) => score === 0));
  });

  test("a query that is too long is cut, searched and says so", async () => {
    const service = await createService(ARTICLES);
    const result = await service.search({ ...REQUEST, query: `软件园扩建${" ".repeat(10_000)}没有这个词` });
    assert.deepEqual([result.notices, idsOf(result)[0]], [["query-cut"], "software"]);
  });

  test("a whole article asked as a query finds its like", async () => {
    const [, , software] = ARTICLES;
    const service = await createService(ARTICLES);
    for (const mode of SEARCH_MODES)
      assert.equal(idsOf(await service.search({ ...REQUEST, mode, query: software?.body ?? "" }))[0], "software", mode);
    assert.equal(
      (await service.search({ ...REQUEST, mode: "keyword", query: "鹬蚌相争渔翁得利".repeat(40) })).total,
      0,
    );
  });

  test("hostile queries are answered", async () => {
    const service = await createService(ARTICLES);
    for (const piece of ["\"'(*) OR 长%", "「", "-", "\ud800", "长", "\u0301", "a-", "电车\u0000", "👩‍👩‍👧"])
      for (const mode of SEARCH_MODES) await service.search({ ...REQUEST, mode, query: piece.repeat(6000) });
  });

  test("an empty archive answers", async () => {
    for (const query of ["", "软件", '"人工智能" -a'])
      assert.equal((await (await createService([])).search({ ...REQUEST, query })).total, 0);
  });
});

describe("counts", () => {
  test("facets by count, then name; articles without a value are not listed", async () => {
    const { facets } = await (await createService(ARTICLES)).search({ ...REQUEST, mode: "keyword", query: "电车" });
    assert.deepEqual(facets, {
      source: [
        { value: "城南晚报", count: 1 },
        { value: "江湾日报", count: 1 },
        { value: "海灣時報", count: 1 },
      ],
      category: [{ value: "交通", count: 2 }],
    });
  });

  test("the histogram goes by day, month or year, with its gaps", async () => {
    const spread = (...days: string[]) =>
      days.map(
        (value, index): FakeArticle => ({ id: `${index}`, title: `${index}`, body: "", publishedAtMs: day(value) }),
      );
    const histogram = async (...days: string[]) =>
      (await (await createService(spread(...days))).search(REQUEST)).histogram;
    assert.deepEqual(await histogram("2021-02-28", "2021-03-02", "2021-03-02"), {
      interval: "day",
      buckets: [
        { start: "2021-02-28", count: 1 },
        { start: "2021-03-01", count: 0 },
        { start: "2021-03-02", count: 2 },
      ],
    });
    const months = await histogram("2021-02-28", "2021-06-30");
    assert.equal(months.interval, "month");
    assert.deepEqual(
      months.buckets.map(({ start, count }) => [start, count]),
      [
        ["2021-02-01", 1],
        ["2021-03-01", 0],
        ["2021-04-01", 0],
        ["2021-05-01", 0],
        ["2021-06-01", 1],
      ],
    );
    assert.equal((await histogram("2011-01-01", "2020-12-31")).interval, "month");
    assert.deepEqual(await histogram("2011-01-01", "2021-01-01"), {
      interval: "year",
      buckets: Array.from({ length: 11 }, (_, index) => ({
        start: `${2011 + index}-01-01`,
        count: index % 10 === 0 ? 1 : 0,
      })),
    });
    assert.deepEqual(await histogram("0001-05-01", "2021-01-01", "9999-12-31"), {
      interval: "year",
      buckets: ["0001-01-01", "2021-01-01", "9999-01-01"].map((start) => ({ start, count: 1 })),
    });
  });
});
