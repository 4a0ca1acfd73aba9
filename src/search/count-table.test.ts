/** Each number of a table is that of a search, and the parts of a query add up to the whole. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import { createMemoryArchive } from "../../test/fakes/memory-archive.ts";
import { PLAIN_REQUEST } from "../archive/request.ts";
import { searchInThisThread } from "../local/search/searcher.ts";
import { COUNT_INTERVALS, countByDate } from "./count-by-date.ts";
import { COUNT_FIELDS, type CountTableRequest, countTable } from "./count-table.ts";
import { createSearchService } from "./service.ts";

const WORDS = ["渡轮", "台风", "大桥", "博物馆"];
const { query: _, ...FILTERS } = PLAIN_REQUEST;
const ask = (request: Partial<CountTableRequest>): CountTableRequest => ({
  ...FILTERS,
  mode: "keyword",
  interval: "month",
  queries: ["渡轮"],
  ...request,
});

const service = (articles: Parameters<typeof createMemoryArchive>[0]) =>
  createSearchService({ archive: searchInThisThread(createMemoryArchive(articles)), encoder: createFakeEncoder() });

const arbitraryArticles = fc
  .array(
    fc.record({
      words: fc.subarray(WORDS, { minLength: 1 }),
      source: fc.option(fc.constantFrom("甲报", "乙报", "丙报", "丁报"), { nil: undefined }),
      category: fc.option(fc.constantFrom("交通", "天气"), { nil: undefined }),
      // Three queries with five rows each stay below the largest table.
      day: fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((drafts) =>
    drafts.map(({ words, source, category, day }, index) => ({
      id: `a${index}`,
      title: `${words.join("与")}第${index}号`,
      body: "",
      source,
      category,
      publishedAtMs: day === undefined ? undefined : Date.UTC(2021, 0, 1 + day, 3),
    })),
  );

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

test("the numbers of a table add up to those of searches, whatever is counted", async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryArticles,
      fc.uniqueArray(fc.constantFrom("", ...WORDS, "渡轮 台风", "大桥 -台风"), { minLength: 1, maxLength: 3 }),
      fc.record({
        interval: fc.constantFrom(...COUNT_INTERVALS),
        by: fc.constantFrom(undefined, ...COUNT_FIELDS),
        values: fc.integer({ min: 1, max: 3 }),
        sources: fc.subarray(["甲报", "乙报"]),
        without: fc.subarray(["source", "category", "date"] as const),
        from: fc.constantFrom(undefined, "2021-06-15"),
        excludedCategories: fc.subarray(["天气"]),
      }),
      async (articles, queries, request) => {
        fc.pre(request.from === undefined || !request.without.includes("date"));
        const search = service(articles);
        const asked = ask({ queries, ...request });
        const table = await countTable(search, asked);
        const { by, interval } = asked;
        for (const query of queries) {
          const own = table.series.filter((series) => series.query === query);
          const filters = { ...FILTERS, ...request, mode: "keyword", query } as const;
          const { interval: _, by: __, values: ___, ...plain } = filters;
          const whole = await search.search(plain);
          const counts = await countByDate(search, plain, { interval });
          assert.equal(sum(own.map(({ total }) => total.count)), whole.total);
          assert.equal(sum(own.map(({ undated }) => undated.count)), whole.undated);
          for (const { total, undated, periods } of own) {
            assert.equal(sum(periods.map(({ count }) => count)) + undated.count, total.count);
            assert.ok(periods.every(({ count, all }) => count >= 0 && count <= all));
            assert.ok(total.count <= total.all && undated.count <= undated.all);
          }
          for (const { start, count, all } of counts.periods) {
            const cells = own.flatMap(({ periods }) => periods.filter((period) => period.start === start));
            assert.equal(sum(cells.map((cell) => cell.count)), count, start);
            if (cells.length > 0) assert.equal(sum(cells.map((cell) => cell.all)), all, start);
          }
          if (by === undefined) continue;
          // What is not counted apart is what a search finds that leaves the others out.
          const listed = own.filter(({ group }) => group === "value").map(({ value }) => value);
          const excluded = by === "source" ? "excludedSources" : "excludedCategories";
          const others = await search.search({ ...plain, [excluded]: [...plain[excluded], ...listed] });
          const none = own.find(({ group }) => group === "none")?.total.count ?? 0;
          assert.equal(own.at(-1)?.total.count, others.total - none);
          for (const value of listed) {
            const series = own.find((one) => one.value === value) ?? assert.fail();
            const found: number = whole.facets[by].find((facet) => facet.value === value)?.count ?? 0;
            assert.equal(series.total.count, found, value);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("a table that is too large is refused with what makes it smaller, before its parts are counted", async () => {
  const articles = Array.from({ length: 40 }, (_, index) => ({
    id: `a${index}`,
    title: "渡轮",
    body: "",
    source: `报${index % 20}`,
    publishedAtMs: Date.UTC(1980 + index, 0, 1),
  }));
  const search = service(articles);
  let searches = 0;
  const counting: Pick<typeof search, "search"> = {
    search: (...args) => {
      searches++;
      return search.search(...args);
    },
  };
  await assert.rejects(
    countTable(counting, ask({ interval: "day", by: "source", values: 20 })),
    /counts, wanted at most 10000: ask for longer intervals/,
  );
  assert.equal(searches, 2);
  const { series } = await countTable(counting, ask({ interval: "year", by: "source", values: 20 }));
  assert.equal(series.length, 22);
});

test("all series have the same periods, from the first match of any query to the last", async () => {
  const at = (id: string, title: string, day: string, source?: string) => ({
    id,
    title,
    body: "",
    source,
    publishedAtMs: Date.parse(`${day}T04:00:00Z`),
  });
  const search = service([
    at("old", "别的", "2019-01-05"),
    at("one", "渡轮", "2021-03-02", "甲报"),
    at("two", "台风", "2021-05-30", "乙报"),
    at("new", "别的", "2023-01-05"),
  ]);
  const { series } = await countTable(search, ask({ queries: ["渡轮", "台风"], interval: "week", by: "source" }));
  for (const { periods } of series) {
    assert.deepEqual([periods[0]?.start, periods.at(-1)?.start, periods.length], ["2021-03-01", "2021-05-24", 13]);
  }
  assert.deepEqual(
    series.map(({ query, group, value, total }) => [query, group, value, total.count]),
    [
      ["渡轮", "value", "甲报", 1],
      ["渡轮", "value", "乙报", 0],
      ["渡轮", "none", "", 0],
      ["渡轮", "rest", "", 0],
      ["台风", "value", "甲报", 0],
      ["台风", "value", "乙报", 1],
      ["台风", "none", "", 0],
      ["台风", "rest", "", 0],
    ],
  );
});

test("a share is of all articles with the same filters, whether these are typed or chosen", async () => {
  const at = (id: string, title: string, day: string, source: string) => ({
    id,
    title,
    body: "",
    source,
    category: "天气",
    publishedAtMs: Date.parse(`${day}T04:00:00Z`),
  });
  const search = service([
    at("one", "台风", "2021-05-05", "甲报"),
    at("two", "别的", "2021-05-05", "甲报"),
    at("three", "别的", "2021-05-04", "甲报"),
    at("other", "台风", "2021-05-06", "乙报"),
    at("third", "别的", "2021-05-06", "丙报"),
    at("old", "别的", "2019-01-05", "甲报"),
  ]);
  const chosen = { sources: ["甲报"], from: "2021-05-05", interval: "week" } as const;
  const typed = "台风 source:甲报 after:2021-05-05";
  for (const query of [
    typed,
    "台风 source:(甲报) -category:(体育 娱乐) after:2021-05-05",
    "台风 -source:(乙报 OR 丙报) -before:2021-05-05",
  ]) {
    const { interval } = chosen;
    const byTyping = await countTable(search, ask({ queries: [query], interval }));
    const byChoice = await countTable(search, ask({ queries: ["台风"], ...chosen }));
    const counts = ({ series }: typeof byTyping) => series.map(({ query: _, ...counted }) => counted);
    assert.deepEqual(counts(byTyping), counts(byChoice), query);
    assert.deepEqual(byTyping.series[0]?.total, { count: 1, all: 2 }, query);
    const plain = { ...FILTERS, mode: "keyword" } as const;
    const { periods } = await countByDate(search, { ...plain, query }, { interval });
    assert.deepEqual(periods, [{ start: "2021-05-03", count: 1, all: 2 }], query);
  }
  const besideOthers = await countTable(search, ask({ queries: [typed, "台风"], interval: "year", by: "source" }));
  assert.deepEqual(
    besideOthers.series.map(({ query, value, total: { count, all } }) => [query, value, count, all]),
    [
      [typed, "甲报", 1, 2],
      [typed, "乙报", 0, 0],
      [typed, "", 0, 0],
      [typed, "", 0, 0],
      ["台风", "甲报", 1, 4],
      ["台风", "乙报", 1, 1],
      ["台风", "", 0, 0],
      ["台风", "", 0, 1],
    ],
  );
});
