import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createMemoryArchive } from "../../../test/fakes/memory-archive.ts";
import type { Article } from "../../archive/article.ts";
import { LACKS, PLAIN_REQUEST } from "../../archive/request.ts";
import { searchInThisThread } from "../../local/search/searcher.ts";
import { TermLookup } from "../../local/search/term-lookup.ts";
import type { TermStatistics } from "../../search/matching/words.ts";
import { type FollowedSearch, toFollowedSearch, toRequest } from "../followed-search.ts";
import { ArticleView } from "./article-view.ts";
import { compileSearch } from "./compile-search.ts";
import { Percolator } from "./percolator.ts";

const TIMEZONE = "Asia/Shanghai";
const search = (query: string, more: Partial<FollowedSearch> = {}): FollowedSearch => ({
  ...toFollowedSearch({ ...PLAIN_REQUEST, mode: "keyword" }),
  query,
  ...more,
});

const NO_STATISTICS: TermStatistics = { find: (term) => ({ ...term, documentFrequency: 1, idf: 1 }) };

function percolatorOf(searches: readonly FollowedSearch[], statistics = NO_STATISTICS, inPieces = false): Percolator {
  const percolator = new Percolator((id) => {
    const one = searches[id] as FollowedSearch;
    return compileSearch(one, one.query, { timezone: TIMEZONE, statistics, inPieces });
  });
  for (const id of searches.keys()) percolator.add(id);
  return percolator;
}

const article = (title: string, body: string, more: Partial<Article> = {}): Article => ({
  id: "a",
  title,
  body,
  ...more,
});

const text = (maxLength: number) =>
  fc
    .array(
      fc.constantFrom(
        "台风",
        "颱風",
        "登陆",
        "养老院",
        "火灾",
        "发生",
        "二十一号",
        "十一号",
        "神舟",
        "人工",
        "智能",
        "工智",
        "能",
        "风",
        "的",
        "GPT-4",
        "gpt",
        "3.5%",
        "C++",
        "c",
        "新华社",
        "，",
        " ",
        "。",
        "\n",
        "the",
        "storm",
        "歼-20",
      ),
      { maxLength },
    )
    .map((parts) => parts.join(""));

const queryText = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: text(3) },
      fc.constantFrom(
        " ",
        " ",
        " -",
        " OR ",
        "|",
        "(",
        ")",
        '"',
        " title:",
        "source:甲报",
        "-source:乙报",
        "category:国际",
        "after:2021-03",
        "before:2021-04",
        '"台风 登陆"~5',
        '"人工 智能"~2',
        "养老院火灾",
        "人工智能发生火灾的养老院",
        "OR -",
      ),
    ),
    { maxLength: 7 },
  )
  .map((parts) => parts.join(""));

const names = (values: readonly string[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.subarray([...values]));
const searchArbitrary: fc.Arbitrary<FollowedSearch> = fc.record({
  query: queryText,
  mode: fc.constant("keyword" as const),
  sources: names(["甲报", "乙报"]),
  categories: names(["国际", "體育"]),
  excludedSources: names(["乙報"]),
  excludedCategories: names(["体育"]),
  without: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.subarray([...LACKS])),
});

const articleArbitrary: fc.Arbitrary<Article> = fc.record({
  id: fc.constant("a"),
  title: text(5),
  body: text(14),
  source: fc.constantFrom(undefined, "甲报", "甲報", "乙报"),
  category: fc.constantFrom(undefined, "国际", "体育"),
  publishedAtMs: fc.constantFrom(
    undefined,
    Date.parse("2021-02-28T16:00:00Z"),
    Date.parse("2021-03-31T15:59:59Z"),
    Date.parse("2021-03-31T16:00:00Z"),
  ),
});

/** Asserts that each search is told of an article exactly when an archive of that article finds it; how many do. */
async function compareWithArchive(searches: readonly FollowedSearch[], one: Article): Promise<number> {
  const reader = createMemoryArchive([one], { timezone: TIMEZONE });
  const archive = searchInThisThread(reader);
  using snapshot = await reader.snapshot();
  const view = new ArticleView(one);
  let matched = 0;
  for (const inPieces of [false, true]) {
    const told = percolatorOf(searches, new TermLookup(snapshot), inPieces).matches(view);
    for (const [id, followed] of searches.entries()) {
      const { total, relaxed } = await archive.search(toRequest(followed), {});
      const isHeld = relaxed === undefined || (inPieces && relaxed.held === relaxed.wanted);
      const expected = total === 1 && isHeld;
      if (expected) matched++;
      assert.equal(told.includes(id), expected, JSON.stringify({ followed, one, inPieces }));
    }
  }
  return matched;
}

test("an article matches a followed search exactly when a keyword search of an archive of that article finds it", async () => {
  let matched = 0;
  const several = fc.array(searchArbitrary, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(several, articleArbitrary, async (searches, one) => {
      matched += await compareWithArchive(searches, one);
    }),
    { numRuns: 100 },
  );
  assert.ok(matched > 100, `the rule was tried on both sides: ${matched} matches`);
});

test("every part of the query language decides as in a search of an archive of one article", async () => {
  const searches = [
    ...[
      "台风 登陆",
      '"台风登陆"',
      "台风登陆",
      "-台风",
      "台风 OR -养老院",
      "(养老院 OR title:台风) 火灾",
      '"台风 火灾"~12',
    ],
    ...[
      "养老院火灾",
      "十一号",
      "神舟十一号",
      "人工智能",
      "the storm",
      "3.5%",
      "5%",
      "c",
      "c++",
      "gpt",
      "歼20",
      "歼",
      "的",
      "。",
    ],
    ...[
      "关于养老院发生火灾的报道",
      "发生了养老院火灾 OR title:神舟",
      "养老院 -title:养老院",
      'title:"十一号"',
      "source:甲報",
      "-source:甲报",
      "category:(国际 体育)",
    ],
    ...["before:2021-04", "after:2021-04", "after:2021-03-01 before:2021-03-31", "-after:2021-04", ""],
  ].map((query) => search(query));
  searches.push(
    search("", { to: "2021-03-31" }),
    search("", { from: "2021-04-01" }),
    search("", { without: ["date"] }),
    search("", { sources: ["乙报"], without: ["source"] }),
    search("", { excludedSources: ["甲報"], categories: ["国际"] }),
  );
  const at = (publishedAt: string): Partial<Article> => ({ publishedAtMs: Date.parse(publishedAt), source: "甲报" });
  const articles = [
    article("颱風登陸", "養老院發生火災，無人受傷。", { category: "國際" }),
    article("台风将至", "预计明天登陆。", at("2021-03-31T15:59:59.999Z")),
    article("神舟二十一号", "人工智能、工智。增长3.5%，C++ 和 GPT-4。", at("2021-03-31T16:00:00Z")),
    article("神舟十一号", "人工的智能。歼-20。The storm.", at("2021-02-28T15:59:59Z")),
    article("养老院", "昨天的火灾与台风无关。", { source: "乙报", category: "体育" }),
    article("", "关于养老院发生的火灾"),
  ];
  let matched = 0;
  for (const one of articles) matched += await compareWithArchive(searches, one);
  assert.ok(matched > 100, `${matched} matches`);
});

test("a search is looked up by the rarest of its words, and not by one that every article holds", () => {
  const common: TermStatistics = {
    find: (term) => ({ ...term, documentFrequency: term.text === "中国" ? 1000 : 3, idf: 1 }),
  };
  const percolator = percolatorOf([search("中国 台风"), search('"中国 经济" -台风'), search("中国 OR 台风")], common);
  assert.deepEqual([...percolator.candidates(new ArticleView(article("中国队夺冠", "")))], [2]);
  assert.deepEqual(percolator.matches(new ArticleView(article("颱風登陸中國", ""))), [0, 2]);
});

test("a search that was removed is looked up no more, and one that was added again is found once", () => {
  const percolator = percolatorOf([search("台风"), search("-台风"), search("", { sources: ["甲报"] })]);
  const view = new ArticleView(article("台风", "", { source: "甲報" }));
  assert.deepEqual(percolator.matches(view), [2, 0].sort());
  percolator.add(0);
  assert.deepEqual(percolator.matches(view), [0, 2]);
  percolator.remove(0);
  percolator.remove(2);
  assert.deepEqual([percolator.matches(view), percolator.size], [[], 1]);
});

test("what is not followed by words is candidate of no article of another source", () => {
  const percolator = percolatorOf([search("", { sources: ["甲报", "乙报"] }), search("source:丙报"), search("")]);
  assert.deepEqual([...percolator.candidates(new ArticleView(article("甲", "", { source: "乙報" })))].sort(), [0, 2]);
});

test("ten thousand searches are compiled once each, however many articles are held against them", () => {
  const compiled: number[] = [];
  const one = compileSearch(search("台风"), "台风", { timezone: TIMEZONE, statistics: NO_STATISTICS, inPieces: false });
  const percolator = new Percolator((id) => {
    compiled.push(id);
    return one;
  });
  for (let id = 0; id < 10_000; id++) percolator.add(id);
  for (const body of ["台风登陆", "台风远去"])
    assert.equal(percolator.matches(new ArticleView(article("", body))).length, 10_000);
  assert.equal(compiled.length, 10_000);
});
