import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Archive } from "../../src/archive/archive.ts";
import type { Article } from "../../src/archive/article.ts";
import { PLAIN_REQUEST, type SearchRequest } from "../../src/archive/request.ts";
import { createFilled, type Engine } from "./engine.ts";
import { anyFilters, anyOrder, anyQuery, DAY_MS, drawArticles, fill, HOUR_MS, somewhen } from "./search-corpus.ts";
import { checkOrder, idsOf, isCounted, readPages, sorted } from "./search-pages.ts";
import { countOverTime, countValues, isInside, matchesText, type PlainQuery, writeQuery } from "./search-referee.ts";

/** Which articles match, how they are counted and in which order they come by time. */
export function testMatches(engine: Engine): void {
  describe(`what ${engine.name} finds`, () => {
    for (const timezone of ["Asia/Shanghai", "America/New_York"]) {
      test(`by words it finds what holds them within the filters, and counts what it finds (${timezone})`, async () => {
        const { archive, articles } = await fill(engine, drawArticles(260, 7, somewhen), timezone);
        const property = fc.asyncProperty(anyQuery, anyFilters, anyOrder, fc.integer({ min: 5, max: 100 }), checkOne);
        await fc.assert(property, { numRuns: 24, seed: 42 });

        async function checkOne(
          query: PlainQuery,
          filters: SearchRequest,
          order: Partial<SearchRequest>,
          limit: number,
        ) {
          const expected = articles.filter(
            (article) => matchesText(article, query) && isInside(article, filters, timezone),
          );
          // What several words find that no article holds together is not said by these rules.
          fc.pre(query.words.length < 2 || articles.some((article) => matchesText(article, query)));
          const request: SearchRequest = {
            ...filters,
            ...order,
            query: writeQuery(query),
            mode: "keyword",
            facetValues: 10_000,
          };
          const pages = await readPages(archive, request, {}, limit);
          const { first } = pages;
          const hits = pages.hits.filter(isCounted);
          assert.deepEqual(sorted(idsOf(hits)), sorted(expected.map(({ id }) => id)));
          assert.deepEqual([first.total, first.total - first.collapsed], [expected.length, hits.length]);
          assert.deepEqual(first.facets.source, countValues(expected, "source"));
          assert.deepEqual(first.facets.category, countValues(expected, "category"));
          const { interval, buckets } = first.histogram;
          assert.deepEqual(buckets, countOverTime(expected, interval, timezone));
          assert.deepEqual([first.query, first.mode], [request.query, "keyword"]);
          checkOrder(hits, request);
        }
      });
    }

    test("an exclusion leaves out the articles that hold it in one piece, and no others", async () => {
      const texts: Record<string, string> = {
        whole: "省图书馆夜间开放试点方案今天公布",
        parts: "省图书馆公布方案，夜间开放的是市图书馆，试点在秋天",
        numeral: "第二十一号渡轮停航",
        plus: "开放5G+试点",
        none: "渡轮照常开行",
      };
      const archive = await createFilled(
        engine,
        Object.entries(texts).map(
          ([id, title]): Article => ({ id, title, body: "。", publishedAtMs: Date.UTC(2024, 1, 1) }),
        ),
      );
      const ids = Object.keys(texts);
      for (const [query, left] of [
        ["-图书馆夜间开放试点方案", ["whole"]],
        ["-开放试点", ["whole"]],
        ["-(开放试点 OR 渡轮停航)", ["whole", "numeral"]],
        ["-十一号", []],
        ["-二十一号渡轮", ["numeral"]],
        ["-5G", ["plus"]],
        ['-"开放5G"', ["plus"]],
      ] as const) {
        const { hits, total } = await archive.search({ ...PLAIN_REQUEST, query, mode: "keyword", limit: 100 }, {});
        const expected = ids.filter((id) => !(left as readonly string[]).includes(id));
        assert.deepEqual(
          [total, sorted(hits.flatMap((hit) => [hit.id, ...hit.copies.map(({ id }) => id)]))],
          [expected.length, sorted(expected)],
          query,
        );
      }
    });

    test("days are days of the archive's zone, where clocks change too", async () => {
      // The night when New York's clocks went forward, and Apia's missing day.
      const hours = Array.from({ length: 72 }, (_, index) => index * HOUR_MS);
      for (const [timezone, startMs] of [
        ["America/New_York", Date.UTC(2021, 2, 13)],
        ["Pacific/Apia", Date.UTC(2011, 11, 29)],
        ["Asia/Kathmandu", Date.UTC(2021, 2, 13)],
      ] as const) {
        const articles = hours.map(
          (ms): Article => ({ id: `${ms}`, title: "", body: "", publishedAtMs: startMs + ms }),
        );
        const archive = await createFilled(engine, [...articles, { id: "undated", title: "", body: "" }], { timezone });
        const all = await archive.search({ ...PLAIN_REQUEST, limit: 0, interval: "day" }, {});
        assert.deepEqual([all.total, all.histogram.buckets], [73, countOverTime(articles, "day", timezone)], timezone);
        for (const { start, count } of all.histogram.buckets) {
          const { total, facets } = await archive.search({ ...PLAIN_REQUEST, limit: 0, from: start, to: start }, {});
          assert.deepEqual([total, facets.source], [count, []], `${timezone} ${start}`);
        }
      }
    });

    test("sorted by date, undated articles come last both ways, and equal days in the order of storing", async () => {
      const at = (id: string, publishedAtMs?: number): Article => ({ id, title: "港口", body: id, publishedAtMs });
      const archive = await createFilled(engine, [at("x"), at("b", 2), at("a", 1), at("c", 2), at("y"), at("d", 3)]);
      const ids = async (sort: SearchRequest["sort"], query = "") =>
        idsOf((await archive.search({ ...PLAIN_REQUEST, sort, query, mode: "keyword" }, {})).hits);
      for (const query of ["", "港口"]) {
        assert.deepEqual(await ids("newest", query), ["d", "b", "c", "a", "x", "y"]);
        assert.deepEqual(await ids("oldest", query), ["a", "b", "c", "d", "x", "y"]);
      }
      assert.deepEqual(await ids("relevance"), ["d", "b", "c", "a", "x", "y"], "nothing to be relevant for");
    });

    test("the histogram goes by what fits, or as it is asked to", async () => {
      const spread = async (...days: number[]) => {
        const articles = days.map(
          (day): Article => ({ id: `${day}`, title: "", body: "", publishedAtMs: day * DAY_MS }),
        );
        return createFilled(engine, articles, { timezone: "UTC" });
      };
      const interval = async (archive: Archive, wanted?: SearchRequest["interval"]) =>
        (await archive.search({ ...PLAIN_REQUEST, interval: wanted }, {})).histogram.interval;
      assert.equal(await interval(await spread(0, 9)), "day");
      assert.equal(await interval(await spread(0, 800)), "month");
      const years = await spread(0, 11_000);
      assert.equal(await interval(years), "year");
      for (const wanted of ["month", "year"] as const) assert.equal(await interval(years, wanted), wanted);
      assert.deepEqual((await archive0()).histogram.buckets, []);

      async function archive0() {
        return (await spread()).search(PLAIN_REQUEST, {});
      }
    });

    test("a query and its twin in the other script find the same, by words, phrases, sources and categories", async () => {
      const archive = await createFilled(engine, [
        { id: "hans", title: "电车软件更新", body: "软件园的电车。", source: "经济观察", category: "财经" },
        { id: "hant", title: "電車軟體更新", body: "軟體園的電車。", source: "經濟觀察", category: "財經" },
        { id: "other", title: "别的事", body: "与此无关。", source: "晚报", category: "社会" },
      ]);
      const find = (more: Partial<SearchRequest>) => archive.search({ ...PLAIN_REQUEST, mode: "keyword", ...more }, {});
      for (const query of ["电车", "電車", "软件", "軟體", "“软件园”", "「軟體園」", "ＤＩＡＮ -电车"]) {
        const wanted = query.includes("-") ? [] : ["hans", "hant"];
        assert.deepEqual(sorted(idsOf((await find({ query })).hits)), wanted, query);
      }
      for (const name of ["财经", "財經"]) {
        assert.deepEqual(sorted(idsOf((await find({ categories: [name] })).hits)), ["hans", "hant"]);
        assert.deepEqual(idsOf((await find({ excludedCategories: [name] })).hits), ["other"]);
      }
      const { facets } = await find({});
      assert.deepEqual(facets.category, [
        { value: "财经", count: 2 },
        { value: "社会", count: 1 },
      ]);
      assert.deepEqual(facets.source[0], { value: "经济观察", count: 2 }, "under the name that was stored first");
    });

    test("words of other scripts are whole words, and a phrase stands letter for letter", async () => {
      const archive = await createFilled(engine, [
        { id: "art", title: "Art of the Deal", body: "State of the art." },
        { id: "party", title: "A party", body: "Nobody came." },
        { id: "apart", title: "", body: "供水和地铁。供水、地铁。" },
        { id: "joined", title: "", body: "说说供水地铁的事。" },
      ]);
      const find = async (query: string) =>
        sorted(idsOf((await archive.search({ ...PLAIN_REQUEST, mode: "keyword", query }, {})).hits));
      assert.deepEqual(await find("art"), ["art"]);
      assert.deepEqual(await find('"ART"'), ["art"]);
      assert.deepEqual(await find('"state of the"'), ["art"]);
      assert.deepEqual(await find('"of the" -deal'), []);
      assert.deepEqual(await find("party"), ["party"]);
      assert.deepEqual(await find("“供水地铁”"), ["joined"]);
      assert.deepEqual(await find("供水 -“供水地铁”"), ["apart"]);
      assert.deepEqual(await find("没有这个词"), []);
    });
  });
}
