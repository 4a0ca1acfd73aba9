import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import { createMemoryArchive, type FakeArticle, TITLE_WEIGHT } from "../../test/fakes/memory-archive.ts";
import { isInside, matchByScan } from "../../test/fakes/search-reference.ts";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchRequest, SORT_ORDERS } from "../archive/request.ts";
import type { SearchResult } from "../archive/result.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { AppError } from "../errors.ts";
import { MAX_PHRASE_READS } from "../local/search/row-sets.ts";
import { searchInThisThread } from "../local/search/searcher.ts";
import { dayOf } from "../text/days.ts";
import { foldText } from "../text/fold.ts";
import { createSearchService } from "./service.ts";

const encoder = createFakeEncoder();

const REQUEST: SearchRequest = { ...PLAIN_REQUEST, limit: 100 };

const day = (value: string): number => Date.parse(`${value}T04:00:00Z`);

async function withVectors(articles: readonly FakeArticle[]): Promise<FakeArticle[]> {
  const vectors = await encoder.encode(
    articles.map(({ title, body }) => `${title}\n${body}`),
    { role: "document" },
  );
  return articles.map((article, index) => ({ ...article, vector: vectors[index] }));
}

async function createService(articles: readonly FakeArticle[], withEncoder: Encoder = encoder) {
  return createSearchService({
    archive: searchInThisThread(createMemoryArchive(await withVectors(articles))),
    encoder: withEncoder,
  });
}

const idsOf = ({ hits }: SearchResult): string[] => hits.map(({ id }) => id);
const matchingIdsOf = ({ hits }: SearchResult): string[] =>
  hits.flatMap(({ id, match }) => (match === "related" ? [] : [id]));
/** Hits that match, and their copies. */
const allMatchingIdsOf = ({ hits }: SearchResult): string[] =>
  hits.flatMap(({ id, copies, match }) => (match === "related" ? [] : [id, ...copies.map((copy) => copy.id)]));
/** Hits and their copies. */
const allIdsOf = ({ hits }: SearchResult): string[] =>
  hits.flatMap(({ id, copies }) => [id, ...copies.map((c) => c.id)]);

const ARTICLES: readonly FakeArticle[] = [
  {
    id: "tram",
    title: "有轨电车试运行",
    body: "沿江的有轨电车今天开始试运行。首日免费，市民排起长队。",
    source: "江湾日报",
    category: "交通",
    publishedAtMs: day("2021-03-14"),
  },
  {
    id: "tram-hant",
    title: "有軌電車開通，網際網路購票同步上線",
    body: "電車公司表示，軟體可以查詢班次。",
    source: "海灣時報",
    category: "交通",
    publishedAtMs: day("2021-03-15"),
  },
  {
    id: "software",
    title: "软件园扩建",
    body: "城东的软件园将扩建二期，预计引入三十家人工智能企业。智能驾驶也在其列，人工客服仍保留。",
    source: "江湾日报",
    category: "科技",
    publishedAtMs: day("2022-07-01"),
  },
  {
    id: "labour",
    title: "人工费上涨",
    body: "装修的人工费今年上涨了两成，智能门锁的安装费没有变。工智两字在此无意。",
    source: "城南晚报",
    category: "经济",
    publishedAtMs: day("2023-01-05"),
  },
  { id: "undated", title: "老照片里的电车", body: "一组没有日期的老照片，记录了城里最早的电车。", source: "城南晚报" },
  {
    id: "covid",
    title: "COVID-19 疫苗接种点延长开放",
    body: "接种点开放到晚上九点。",
    source: "江湾日报",
    category: "健康",
    publishedAtMs: day("2021-06-01"),
  },
];

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

describe("near-copies", () => {
  const body = "今晨，江面上起了大雾，渡轮停航三个小时，码头上的旅客改乘公交过江，傍晚航线全部恢复。";
  const copies: FakeArticle[] = Array.from({ length: 30 }, (_, index) => ({
    id: `c${index}`,
    title: index % 3 === 0 ? `大雾停航，第${index}号渡轮的一天` : "大雾停航三小时",
    body: index % 3 === 0 ? `第${index}号渡轮的船长讲了${index}个故事，每个都不一样：${"雾".repeat(index)}。` : body,
    source: `报纸${index}`,
    publishedAtMs: day("2021-03-14") + index,
  }));

  test("are folded into the best hit, counted in the total, and never lost by paging", async () => {
    const service = await createService(copies);
    const request: SearchRequest = { ...REQUEST, query: "大雾停航" };
    const whole = await service.search(request);
    assert.equal(whole.total, 30);
    assert.equal(whole.hits.length, whole.total - whole.collapsed);
    assert.ok(whole.collapsed >= 19, `${whole.collapsed}`);
    assert.deepEqual(allIdsOf(whole).sort(), copies.map(({ id }) => id).sort());
    const paged: string[] = [];
    for (let offset = 0; offset < whole.hits.length; offset += 3)
      paged.push(...idsOf(await service.search({ ...request, limit: 3, offset })));
    assert.deepEqual(paged, idsOf(whole));
  });

  test("what is related counts as many as can be paged through, its near-copies folded", async () => {
    const service = await createService([
      ...copies.slice(1, 3),
      ...Array.from({ length: 9 }, (_, index) => ({
        id: `s${index}`,
        title: "停电通知",
        body: `第${index}区今晚停电。`,
      })),
      { id: "whole", title: "夜市停电", body: "大雾里的江边夜市昨晚停电两小时，摊主点起了蜡烛。" },
    ]);
    const result = await service.search({ ...REQUEST, mode: "keyword", query: "大雾 停电" });
    assert.deepEqual(matchingIdsOf(result), ["whole"]);
    assert.ok(result.hits.some(({ match, copies: own }) => match === "related" && own.length > 0));
    assert.equal(result.hits.length, result.total - result.collapsed + result.related);
  });

  test("similar articles leave out the article and its copies", async () => {
    const service = await createService(copies);
    const similar = await service.similar("c1", { limit: 10 });
    assert.ok(similar !== undefined);
    for (const { id, copies: own } of similar)
      for (const one of [id, ...own.map((copy) => copy.id)]) assert.equal(Number(one.slice(1)) % 3, 0, one);
    assert.equal(await service.similar("nobody", { limit: 10 }), undefined);
  });
});

describe("long lists", () => {
  test("pages of a hybrid ranking go on past the candidates without repeating or losing one", async () => {
    const articles = Array.from(
      { length: 700 },
      (_, index): FakeArticle => ({ id: `${index}`, title: `第${index}期电车月报`, body: "电".repeat(index % 50) }),
    );
    const service = await createService(articles);
    const found: string[] = [];
    const scores: number[] = [];
    for (let offset = 0; ; offset += 100) {
      const page = await service.search({ ...REQUEST, query: "电车", offset });
      assert.equal(page.total, 700);
      found.push(...allIdsOf(page));
      scores.push(...page.hits.map(({ score }) => score));
      if (page.hits.length < 100) break;
    }
    assert.deepEqual(found.toSorted(), articles.map(({ id }) => id).toSorted());
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    );
  });
});

/** Texts of few different characters, so that words are shared by chance. */
const letters = fc.constantFrom(..."天地人工智能電车之ab1 ，\n");
const textArbitrary = (maxLength: number) => fc.array(letters, { maxLength }).map((units) => units.join(""));
const articleArbitrary = fc.record({
  title: textArbitrary(8),
  body: textArbitrary(40),
  source: fc.constantFrom(undefined, "甲报", "乙报", "丙报"),
  category: fc.constantFrom(undefined, "国际", "体育"),
  publishedAtMs: fc.option(fc.integer({ min: day("2020-12-20"), max: day("2021-01-20") }), { nil: undefined }),
  dead: fc.constantFrom(false, false, false, true),
});
const archiveArbitrary = fc
  .array(articleArbitrary, { maxLength: 25 })
  .map((articles) => articles.map((article, index): FakeArticle => ({ ...article, id: `a${index}` })));
const dayArbitrary = fc.option(
  fc.integer({ min: day("2020-12-18"), max: day("2021-01-22") }).map((ms) => dayOf(ms, "Asia/Shanghai")),
  { nil: undefined },
);
const names = (...values: string[]) => fc.subarray(values);
const requestArbitrary = fc
  .record({
    query: fc.oneof(
      textArbitrary(12),
      fc
        .array(fc.tuple(fc.constantFrom("", "-", '"', '-"'), textArbitrary(5)), { maxLength: 4 })
        .map((parts) =>
          parts.map(([operator, text]) => (operator.endsWith('"') ? `${operator}${text}"` : operator + text)).join(" "),
        ),
    ),
    mode: fc.constantFrom(...SEARCH_MODES),
    sort: fc.constantFrom(...SORT_ORDERS),
    from: dayArbitrary,
    to: dayArbitrary,
    sources: fc.oneof(fc.constant([]), names("甲报", "乙报", "无")),
    categories: fc.oneof(fc.constant([]), names("国际", "体育")),
    excludedSources: fc.oneof(fc.constant([]), names("丙报", "甲报")),
    excludedCategories: fc.oneof(fc.constant([]), names("体育")),
  })
  .filter(({ from, to }) => from === undefined || to === undefined || from <= to)
  .map((record): SearchRequest => ({ ...REQUEST, ...record }));

describe("against a plain scan", () => {
  test("the score of a word is BM25 over title and body", async () => {
    await fc.assert(
      fc.asyncProperty(archiveArbitrary, fc.constantFrom("天地", "人工", "智能"), async (articles, word) => {
        // A name with its number is found by both too: bb1 is bb1, bb and 1.
        const units = (text: string): number =>
          (foldText(text).match(/[a-z0-9]+|[^a-z0-9 ,\n]/g) ?? []).length +
          2 * (foldText(text).match(/(?<![a-z0-9])[a-z]{2,}\d+(?![a-z0-9])/g) ?? []).length;
        const length = ({ title, body }: FakeArticle): number => TITLE_WEIGHT * units(title) + units(body);
        const frequency = ({ title, body }: FakeArticle): number =>
          TITLE_WEIGHT * (foldText(title).split(word).length - 1) + foldText(body).split(word).length - 1;
        const held = articles.filter((article) => frequency(article) > 0).length;
        const idf = Math.log(1 + (articles.length - held + 0.5) / (held + 0.5));
        const average = articles.reduce((sum, article) => sum + length(article), 0) / articles.length;
        const result = await (await createService(articles)).search({ ...REQUEST, mode: "keyword", query: word });
        for (const { id, why } of result.hits) {
          const article = articles.find((one) => one.id === id) as FakeArticle;
          const norm = 1.2 * (1 - 0.75 + (0.75 * length(article)) / average);
          const expected = (idf * 2.2 * frequency(article)) / (frequency(article) + norm);
          assert.ok(Math.abs((why.keyword ?? 0) - expected) < 1e-5, `${why.keyword} ${expected}`);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("keyword mode finds exactly what the rule says, under any filter", async () => {
    await fc.assert(
      fc.asyncProperty(archiveArbitrary, requestArbitrary, async (articles, request) => {
        const keyword: SearchRequest = { ...request, mode: "keyword" };
        const result = await (await createService(articles)).search(keyword);
        const expected = matchByScan(articles, keyword, "Asia/Shanghai");
        assert.deepEqual(new Set(allMatchingIdsOf(result)), expected);
        assert.equal(result.total, expected.size);
      }),
      { numRuns: 400 },
    );
  });

  test("every mode counts one set: hits, total, facets and histogram agree, and all of it is inside the filters", async () => {
    await fc.assert(
      fc.asyncProperty(archiveArbitrary, requestArbitrary, async (articles, request) => {
        const result = await (await createService(articles)).search(request);
        const byId = new Map(articles.map((article) => [article.id, article]));
        const found = allMatchingIdsOf(result).map((id) => byId.get(id) as FakeArticle);
        assert.equal(found.length, result.total);
        assert.equal(result.hits.length, result.total - result.collapsed + result.related);
        assert.equal(new Set(found).size, found.length);
        for (const article of found) {
          assert.ok(isInside(article, request, "Asia/Shanghai"));
          assert.notEqual(article.dead, true);
        }
        const count = (of: (article: FakeArticle) => string | undefined, value: string) =>
          found.filter((article) => of(article) === value).length;
        for (const { value, count: counted } of result.facets.source)
          assert.equal(
            counted,
            count((article) => article.source, value),
          );
        for (const { value, count: counted } of result.facets.category)
          assert.equal(
            counted,
            count((article) => article.category, value),
          );
        const dated = found.filter(({ publishedAtMs }) => publishedAtMs !== undefined);
        assert.equal(
          result.histogram.buckets.reduce((sum, bucket) => sum + bucket.count, 0),
          dated.length,
        );
        const { interval, buckets } = result.histogram;
        for (const { start, count: counted } of interval === "day" ? buckets : [])
          assert.equal(
            counted,
            dated.filter(({ publishedAtMs = 0 }) => dayOf(publishedAtMs, "Asia/Shanghai") === start).length,
          );
        if (request.mode === "hybrid")
          for (const id of matchByScan(articles, request, "Asia/Shanghai"))
            assert.ok(found.some((one) => one.id === id));
      }),
      { numRuns: 300 },
    );
  });

  test("pages put together are the whole list, and scores never rise", async () => {
    await fc.assert(
      fc.asyncProperty(
        archiveArbitrary,
        requestArbitrary,
        fc.integer({ min: 1, max: 7 }),
        async (articles, request, limit) => {
          const service = await createService(articles);
          const whole = await service.search(request);
          const paged: string[] = [];
          for (let offset = 0; offset < whole.hits.length + limit; offset += limit)
            paged.push(...allIdsOf(await service.search({ ...request, limit, offset })));
          assert.deepEqual(paged, allIdsOf(whole));
          const scores = whole.hits.map(({ score }) => score);
          assert.deepEqual(
            scores,
            scores.toSorted((a, b) => b - a),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  test("sorting by date sorts, undated articles last", async () => {
    await fc.assert(
      fc.asyncProperty(archiveArbitrary, requestArbitrary, async (articles, request) => {
        const service = await createService(articles);
        for (const [sort, sign] of [
          ["newest", -1],
          ["oldest", 1],
        ] as const) {
          const { hits } = await service.search({ ...request, sort });
          for (const isRelated of [false, true]) {
            const times = hits
              .filter(({ match }) => (match === "related") === isRelated)
              .map(({ publishedAtMs }) => (publishedAtMs === undefined ? Number.MAX_VALUE : sign * publishedAtMs));
            assert.deepEqual(
              times,
              times.toSorted((a, b) => a - b),
            );
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
