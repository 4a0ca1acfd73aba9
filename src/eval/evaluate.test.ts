import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SearchMode, SearchRequest } from "../archive/request.ts";
import type { Hit, SearchResult } from "../archive/result.ts";
import type { SearchService } from "../search/search.ts";
import { evaluate, withoutOperators } from "./evaluate.ts";

/** A search whose rankings are given: by mode, by query, ids best first; an id after a plus is a copy of the one before. */
function rankedSearch(rankings: Readonly<Record<string, Readonly<Record<string, string>>>>): SearchService & {
  readonly requests: SearchRequest[];
} {
  const requests: SearchRequest[] = [];
  return {
    requests,
    async search(request) {
      requests.push(request);
      const listed = rankings[request.mode]?.[request.query] ?? "";
      const hits = listed.split(" ").filter((item) => item !== "");
      return { hits: hits.map(toHit) } as unknown as SearchResult;
    },
    article: async () => undefined,
    similar: async () => undefined,
    explain: async () => undefined,
  };
}

function toHit(item: string): Hit {
  const [id = "", ...copies] = item.split("+");
  return { id, copies: copies.map((copy) => ({ id: copy, title: copy })) } as unknown as Hit;
}

const queries = [
  { id: "q1", text: "渡轮", grades: new Map([["a", 1]]) },
  {
    id: "q2",
    text: "茶园",
    grades: new Map([
      ["b", 1],
      ["c", 1],
    ]),
  },
  { id: "q3", text: "无", grades: new Map([["a", 0]]) },
];

describe("evaluating a search", () => {
  const search = rankedSearch({
    keyword: { 渡轮: "x a", 茶园: "b x" },
    hybrid: { 渡轮: "a x", 茶园: "b+c x" },
  });

  test("means over the queries that have something relevant; copies follow their hit; unevaluated modes are absent", async () => {
    const progress: number[] = [];
    const { modes, queryCount, withoutRelevantCount, comparisons } = await evaluate(search, queries, {
      modes: ["keyword", "hybrid"],
      onProgress: (done, total) => progress.push(done / total),
    });
    assert.equal(queryCount, 2);
    assert.equal(withoutRelevantCount, 1);
    assert.deepEqual(Object.keys(modes), ["keyword", "hybrid"]);
    assert.deepEqual(progress, [0.25, 0.5, 0.75, 1]);
    const second = 1 / Math.log2(3);
    assert.equal(modes.keyword?.["mrr@10"].mean, 0.75);
    assert.equal(modes.keyword?.["recall@10"].mean, 0.75);
    assert.ok(Math.abs((modes.keyword?.["ndcg@10"].mean ?? 0) - (second + 1 / (1 + second)) / 2) < 1e-12);
    for (const metric of ["ndcg@10", "mrr@10", "recall@10", "recall@100"] as const)
      assert.deepEqual(modes.hybrid?.[metric], { mean: 1, low: 1, high: 1 });
    const mrr = comparisons.find(({ metric }) => metric === "mrr@10");
    assert.deepEqual(
      { ...mrr, p: 0 },
      { metric: "mrr@10", mode: "hybrid", against: "keyword", difference: 0.25, p: 0 },
    );
    assert.ok((mrr?.p ?? 0) > 0.9, "one query that differs is no proof");
  });

  test("tells of each query what it found and missed, and how much of it was judged", async () => {
    const { judged, records } = await evaluate(search, queries, { modes: ["keyword", "hybrid"] });
    assert.deepEqual(judged, { keyword: 0.5, hybrid: (0.5 + 2 / 3) / 2 });
    assert.deepEqual(
      records.map(({ id }) => id),
      ["q1", "q2"],
    );
    const { scores, ...tea } = records[1]?.modes.get("keyword") ?? assert.fail();
    assert.equal(scores["mrr@10"], 1);
    assert.deepEqual(tea, { hits: [{ id: "b", grade: 1 }, { id: "x" }], missed: [{ id: "c", grade: 1 }] });
  });

  test("what stands behind the first ten is missed, with its rank", async () => {
    const late = rankedSearch({ keyword: { 渡轮: `${"abcdefghijkl".split("").join("1 ")}1 a` } });
    const { records, judged } = await evaluate(late, queries.slice(0, 1), { modes: ["keyword"] });
    assert.deepEqual(records[0]?.modes.get("keyword")?.missed, [{ id: "a", grade: 1, rank: 13 }]);
    assert.deepEqual(judged, { keyword: 0 });
  });

  test("tells how much a re-ranker read on average", async () => {
    const reads = [30, 20].values();
    const reranked: SearchService = {
      ...search,
      search: async (request) => ({
        ...(await search.search(request)),
        reranking: { by: "some", read: reads.next().value ?? 0, of: 30 },
      }),
    };
    const { reranking } = await evaluate(reranked, queries, { modes: ["keyword"] });
    assert.deepEqual(reranking, { by: "some", read: 25, of: 30 });
    assert.equal((await evaluate(search, queries, { modes: ["keyword"] })).reranking, undefined);
  });

  test("asks for a hundred hits by relevance and nothing else", async () => {
    const modes: SearchMode[] = ["semantic"];
    search.requests.length = 0;
    await evaluate(search, queries.slice(0, 1), { modes });
    assert.deepEqual(search.requests, [
      {
        query: "渡轮",
        mode: "semantic",
        sources: [],
        categories: [],
        excludedSources: [],
        excludedCategories: [],
        sort: "relevance",
        limit: 100,
        offset: 0,
      },
    ]);
  });

  test("a query that is a document of the corpus does not find itself", async () => {
    const own = rankedSearch({ keyword: { 渡轮: "q1 x a" } });
    const { modes } = await evaluate(own, queries.slice(0, 1), { modes: ["keyword"] });
    assert.equal(modes.keyword?.["mrr@10"].mean, 1 / 2);
  });

  test("stops when asked to", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(evaluate(search, queries, { modes: ["keyword"], signal }), /enough/);
  });

  test("quotes and dashes of a judged query are punctuation", () => {
    assert.equal(withoutOperators("「飞天」号 -19 度"), " 飞天 号 19 度");
    assert.equal(withoutOperators("covid-19 “第二波”"), "covid-19  第二波 ");
  });
});
