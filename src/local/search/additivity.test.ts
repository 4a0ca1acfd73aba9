/** Every number that a search shows is the number that asking for it gives. `bench/additivity.ts` asks the same of real archives. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createFakeEncoder } from "../../../test/fakes/encoder.ts";
import { createMemoryArchive, type FakeArticle } from "../../../test/fakes/memory-archive.ts";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchRequest } from "../../archive/request.ts";
import type { SearchResult } from "../../archive/result.ts";
import { createSearchService } from "../../search/service.ts";
import { searchInThisThread } from "./searcher.ts";

const encoder = createFakeEncoder();

/** Few words, so that they meet by chance; some of them straddle others. */
const WORDS = ["四川金堂", "基金会", "川金会", "台风登陆", "养老院", "火灾", "5G", "新冠", "谣言", "疫苗", "3.5%"];

const QUERIES = [
  "川金会",
  "5G 新冠 谣言",
  "养老院火灾",
  "台风登陆后养老院发生火灾的原因是什么",
  "疫苗 OR 谣言",
  "(疫苗 OR 谣言) 新冠",
  "title:火灾",
  '"养老院 火灾"~3',
  "“基金会” -谣言",
  "-疫苗",
  "谣言 after:2020-03",
  "3.5%",
  "没有这个词 新冠 谣言",
  "",
];

const anyArticle = fc.record({
  title: fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }).map((words) => words.join("，")),
  body: fc.array(fc.constantFrom(...WORDS, "其余的话", "今天"), { maxLength: 8 }).map((words) => words.join("")),
  source: fc.constantFrom(undefined, "甲报", "乙报", "乙報"),
  category: fc.constantFrom(undefined, "国际", "体育"),
  publishedAtMs: fc.option(fc.integer({ min: Date.UTC(2019, 11, 1), max: Date.UTC(2021, 1, 1) }), { nil: undefined }),
});

test("the values of each facet, years, months and days add up to the total, and each finds what it shows, in every mode", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyArticle, { minLength: 110, maxLength: 130 }),
      fc.constantFrom(...QUERIES),
      fc.constantFrom(...SEARCH_MODES),
      fc.boolean(),
      async (drafts, query, mode, stories) => {
        const texts = drafts.map(({ title, body }) => `${title}\n${body}`);
        const vectors = await encoder.encode(texts, { role: "document" });
        const articles = drafts.map(
          (draft, index): FakeArticle => ({ ...draft, id: `${index}`, vector: vectors[index] }),
        );
        const search = createSearchService({ archive: searchInThisThread(createMemoryArchive(articles)), encoder });
        const base: SearchRequest = { ...PLAIN_REQUEST, query, mode, stories, limit: 100 };
        await check((more) => search.search({ ...base, ...more }));
      },
    ),
    { numRuns: 60 },
  );
});

type Ask = (more: Partial<SearchRequest>) => Promise<SearchResult>;

async function check(ask: Ask): Promise<void> {
  const whole = await ask({});
  const ids = await allIds(ask, {});
  assert.equal(ids.size, whole.total, "paging to the end finds them all");
  const narrow = async (what: string, shown: number, more: Partial<SearchRequest>): Promise<void> => {
    const { total } = await ask(more);
    assert.equal(total, shown, what);
    for (const id of await allIds(ask, more)) assert.ok(ids.has(id), `${what} adds ${id}`);
  };
  for (const facet of ["source", "category"] as const) {
    const field = facet === "source" ? "sources" : "categories";
    const { none, count } = whole.facetRemainders[facet];
    assert.equal(sum(whole.facets[facet].map((value) => value.count)) + none + count, whole.total, facet);
    for (const { value, count: shown } of whole.facets[facet]) await narrow(value, shown, { [field]: [value] });
    await narrow(`without ${facet}`, none, { without: [facet] });
  }
  for (const interval of ["year", "month", "day"] as const) {
    const { histogram, undated } = await ask({ interval, limit: 0 });
    assert.equal(sum(histogram.buckets.map(({ count }) => count)) + undated, whole.total, interval);
  }
  await narrow("undated", whole.undated, { without: ["date"] });
  const { buckets } = (await ask({ interval: "year", limit: 0 })).histogram;
  for (const { start, count } of buckets) await narrow(start, count, { from: start, to: `${start.slice(0, 4)}-12-31` });
}

/** Ids of what matches, with what was folded into it and matches too. */
async function allIds(ask: Ask, more: Partial<SearchRequest>): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let offset = 0; ; offset += 100) {
    const { hits } = await ask({ ...more, stories: false, offset });
    const matching = hits.filter(({ match }) => match !== "related");
    for (const { id, copies } of matching) for (const one of [id, ...copies.map((copy) => copy.id)]) ids.add(one);
    if (matching.length < 100) return ids;
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
