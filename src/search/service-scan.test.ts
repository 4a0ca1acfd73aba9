import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type FakeArticle, TITLE_WEIGHT } from "../../test/fakes/memory-archive.ts";
import { allIdsOf, allMatchingIdsOf, createService, day, REQUEST } from "../../test/fakes/memory-search.ts";
import { isInside, matchByScan } from "../../test/fakes/search-reference.ts";
import { SEARCH_MODES, type SearchRequest, SORT_ORDERS } from "../archive/request.ts";
import { dayOf } from "../text/days.ts";
import { foldText } from "../text/fold.ts";

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
