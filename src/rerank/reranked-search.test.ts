import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createService, day } from "../../test/fakes/memory-search.ts";
import { createFakeReranker, type FakeReranker } from "../../test/fakes/reranker.ts";
import { PLAIN_REQUEST, type SearchRequest } from "../archive/request.ts";
import type { SearchResult } from "../archive/result.ts";
import type { Reranker } from "../encoder/reranker.ts";
import { AppError } from "../errors.ts";
import type { SearchService } from "../search/search.ts";
import { createRerankedSearch, type RerankSettings } from "./reranked-search.ts";

/** Sixty articles about ferries, told apart by their number; every seventh has a copy, and there are some about tea. */
const ARTICLES = [
  ...Array.from({ length: 60 }, (_, index) => ({
    id: `ferry-${index}`,
    title: `第${index}号渡轮停航`,
    body: `大风致第${index}号渡轮今日停航。${"码头工作人员提醒旅客改签，请以公告为准。".repeat(1 + (index % 5))}`,
    source: index % 2 === 0 ? "江城早报" : "海港晚报",
    publishedAtMs: day(`2024-03-${String(1 + (index % 28)).padStart(2, "0")}`),
  })),
  ...Array.from({ length: 5 }, (_, index) => ({
    id: `copy-${index}`,
    title: `第${index * 7}号渡轮停航`,
    body: `大风致第${index * 7}号渡轮今日停航。${"码头工作人员提醒旅客改签，请以公告为准。".repeat(1 + ((index * 7) % 5))}`,
    source: "转载",
    publishedAtMs: day("2024-03-29"),
  })),
  ...Array.from({ length: 10 }, (_, index) => ({
    id: `tea-${index}`,
    title: `茶园第${index}次采摘`,
    body: "高山茶园迎来春茶采摘，渡轮运来游客。",
    publishedAtMs: day("2024-04-01"),
  })),
];

const SETTINGS: RerankSettings = { depth: 30, budgetMs: 300_000, weight: 1 };
const REQUEST: SearchRequest = { ...PLAIN_REQUEST, query: "渡轮停航" };
/** The later the number, the better: an order that no engine gives. */
const byNumber = (_: string, text: string): number => Number(/\d+/.exec(text)?.[0] ?? -1);

interface Made {
  readonly plain: SearchService;
  readonly reranked: SearchService;
  readonly reranker: FakeReranker;
}

async function make(settings: Partial<RerankSettings> = {}, reranker = createFakeReranker(byNumber)): Promise<Made> {
  const plain = await createService(ARTICLES);
  return { plain, reranker, reranked: createRerankedSearch({ search: plain, reranker, ...SETTINGS, ...settings }) };
}

const idsOf = ({ hits }: SearchResult): string[] => hits.map(({ id }) => id);

/** Every hit of a request, page by page. */
async function pagesOf(search: SearchService, limit: number, request = REQUEST): Promise<string[]> {
  const ids: string[] = [];
  for (let offset = 0; ; offset += limit) {
    const page = idsOf(await search.search({ ...request, limit, offset }));
    ids.push(...page);
    if (page.length < limit) return ids;
  }
}

describe("a search whose first hits are re-ranked", () => {
  test("the first hits are in the re-ranker's order, the others where they were", async () => {
    const { plain, reranked } = await make();
    const before = idsOf(await plain.search({ ...REQUEST, limit: 60 }));
    const { hits, reranking, notices } = await reranked.search({ ...REQUEST, limit: 60 });
    const after = hits.map(({ id }) => id);
    assert.deepEqual(reranking, { by: "fake-reranker", read: 30, of: 30 });
    assert.deepEqual(notices, []);
    assert.deepEqual(after.slice(0, 30).sort(), before.slice(0, 30).sort());
    assert.deepEqual(after.slice(30), before.slice(30));
    const numbers = hits.slice(0, 30).map(({ title }) => byNumber("", title));
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => b - a),
    );
    assert.equal(hits[0]?.why.rerank, numbers[0]);
    assert.equal(hits[40]?.why.rerank, undefined);
    const scores = hits.map(({ score }) => score);
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
      "scores fall along the list",
    );
  });

  test("what matches, counts, facets, copies and the histogram stay as they were", async () => {
    const { plain, reranked } = await make();
    for (const mode of ["hybrid", "semantic", "keyword"] as const) {
      for (const query of ["渡轮停航", "茶园采摘", "大风 渡轮", '"停航" -茶园']) {
        const request = { ...REQUEST, mode, query, limit: 100 };
        const [before, after] = [await plain.search(request), await reranked.search(request)];
        const { hits: _b, tookMs: _t, ...counts } = before;
        const { hits: _a, tookMs: _u, reranking: _r, ...others } = after;
        assert.deepEqual(others, counts, `${mode} ${query}`);
        const toRows = ({ hits }: SearchResult) =>
          hits.map(({ id, match, copies }) => `${id} ${match} ${copies.map((copy) => copy.id)}`).sort();
        assert.deepEqual(toRows(after), toRows(before), `${mode} ${query}`);
        const kinds = after.hits.map(({ match }) => match === "related");
        assert.deepEqual(kinds, kinds.toSorted(), "what matches stays before what is related");
      }
    }
  });

  for (const limit of [7, 10, 25, 30, 31, 100]) {
    test(`pages of ${limit} neither repeat nor lose a hit, and are pages of one order`, async () => {
      const { plain, reranked } = await make();
      const whole = idsOf(await reranked.search({ ...REQUEST, limit: 100 }));
      const paged = await pagesOf(reranked, limit);
      assert.deepEqual(paged, whole);
      assert.deepEqual(paged.toSorted(), (await pagesOf(plain, limit)).toSorted());
    });
  }

  test("lists by date, empty queries, requests for counts and those that ask for it are the engine's", async () => {
    const { plain, reranked, reranker } = await make();
    const requests: Partial<SearchRequest>[] = [
      { sort: "newest" },
      { sort: "oldest" },
      { query: " " },
      { limit: 0 },
      { rerank: false },
      { offset: 30 },
    ];
    for (const change of requests) {
      const request = { ...REQUEST, ...change };
      const [before, after] = [await plain.search(request), await reranked.search(request)];
      assert.deepEqual(idsOf(after), idsOf(before), JSON.stringify(change));
      assert.equal(after.reranking, undefined);
    }
    assert.deepEqual(reranker.read, []);
  });

  test("a text is read once for a query, whichever page it stands on", async () => {
    const { reranked, reranker } = await make();
    await pagesOf(reranked, 10);
    await reranked.search({ ...REQUEST, mode: "keyword", limit: 5 });
    assert.equal(new Set(reranker.read).size, reranker.read.length);
  });

  test("when the time is up what was not read keeps its place, the result says so, and pages still fit together", async () => {
    const { plain, reranked, reranker } = await make({ budgetMs: 1000 });
    reranker.holdsFrom = 2;
    const before = idsOf(await plain.search({ ...REQUEST, limit: 30 }));
    const first = await reranked.search({ ...REQUEST, limit: 10 });
    assert.deepEqual(first.reranking, { by: "fake-reranker", read: 8, of: 30 });
    assert.deepEqual(first.notices, ["rerank-cut"]);
    reranker.release();
    const rest = [
      ...idsOf(await reranked.search({ ...REQUEST, limit: 10, offset: 10 })),
      ...idsOf(await reranked.search({ ...REQUEST, limit: 10, offset: 20 })),
    ];
    const seen = [...idsOf(first), ...rest];
    assert.deepEqual(seen.toSorted(), before.toSorted());
    assert.deepEqual(seen.slice(8), before.slice(8), "what was not read keeps its place");
    assert.notDeepEqual(seen.slice(0, 8), before.slice(0, 8));
    const again = await reranked.search({ ...REQUEST, limit: 10 });
    assert.deepEqual([again.reranking?.read, again.notices], [30, []], "asked again, what is left is read");
  });

  test("readers do not share what was read in time", async () => {
    const { reranked, reranker } = await make({ budgetMs: 100 });
    reranker.holdsFrom = 1;
    const hers = idsOf(await reranked.search({ ...REQUEST, limit: 10 }, { client: "her" }));
    reranker.release();
    const his = await reranked.search({ ...REQUEST, limit: 10 }, { client: "him" });
    assert.deepEqual(his.notices, []);
    assert.notDeepEqual(idsOf(his), hers);
    const hersNext = idsOf(await reranked.search({ ...REQUEST, limit: 90, offset: 10 }, { client: "her" }));
    assert.equal(new Set([...hers, ...hersNext]).size, hers.length + hersNext.length);
  });

  test("a re-ranker that fails leaves the engine's order, and says so; a fault of its own is told", async () => {
    const plain = await createService(ARTICLES);
    const reranker = createFakeReranker(byNumber);
    const told: unknown[] = [];
    const reranked = createRerankedSearch({
      search: plain,
      reranker,
      ...SETTINGS,
      onError: (error) => told.push(error),
    });
    const before = idsOf(await plain.search(REQUEST));
    reranker.failure = new AppError("encoder-unavailable", "away");
    const away = await reranked.search(REQUEST);
    assert.deepEqual([idsOf(away), away.notices, away.reranking?.read], [before, ["rerank-failed"], 0]);
    assert.deepEqual(told, []);
    reranker.failure = new TypeError("a fault");
    assert.deepEqual((await reranked.search(REQUEST)).notices, ["rerank-failed"]);
    assert.deepEqual(told, [reranker.failure]);
    reranker.failure = undefined;
    assert.deepEqual((await reranked.search(REQUEST)).notices, [], "once it answers again, it is asked again");
  });

  test("a search that is called off ends with the signal's reason, and one out of the limits is refused", async () => {
    const { reranked, reranker } = await make();
    reranker.holdsFrom = 1;
    const stop = new AbortController();
    const asked = reranked.search(REQUEST, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 10);
    await assert.rejects(asked, /enough/);
    reranker.release();
    await assert.rejects(reranked.search({ ...REQUEST, limit: 101 }), { code: "invalid-request" });
  });

  test("many who ask at the same time do not wait for each other longer than the budget", async () => {
    const slow: Reranker = { ...createFakeReranker(byNumber), score: () => new Promise(() => {}) };
    const plain = await createService(ARTICLES);
    const reranked = createRerankedSearch({ search: plain, reranker: slow, ...SETTINGS, budgetMs: 30 });
    const answers = await Promise.all(
      ["渡轮", "停航", "码头", "大风", "旅客", "改签"].map((query) => reranked.search({ ...REQUEST, query })),
    );
    for (const { notices, reranking } of answers) {
      assert.deepEqual(notices, ["rerank-cut"]);
      assert.equal(reranking?.read, 0);
    }
  });
});
