import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAIN_REQUEST, type SearchRequest } from "../archive/request.ts";
import type { Hit, SearchResult } from "../archive/result.ts";
import { toFollowedSearch } from "./followed-search.ts";
import { previewAlert } from "./preview.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 2, 2, 4);

/** A search that finds 150 articles, the newest first, each a little farther from the query than the one before, four a day. */
async function findMany({ limit, offset = 0 }: SearchRequest): Promise<SearchResult> {
  const hits = Array.from({ length: 150 }, (_, index) => ({
    id: `a${index}`,
    title: `第 ${index} 条`,
    publishedAtMs: NOW_MS - Math.floor(index / 4) * DAY_MS,
    copies: index === 0 ? [{ id: "copy", title: "转载" }] : [],
    why: { semantic: 0.8 - index / 1000 },
    match: "near",
  }));
  return {
    total: 151,
    hits: hits.slice(offset, offset + limit) as unknown as Hit[],
    histogram: { buckets: [{ start: "2026-03-02", count: 151 }] },
  } as unknown as SearchResult;
}

test("by meaning alone a preview counts what is near enough to be told of, and by words what the search finds", async () => {
  const options = { search: { search: findMany }, timezone: "Asia/Shanghai", nowMs: NOW_MS, floorOf: async () => 0.68 };
  const ofMode = (mode: "semantic" | "hybrid") =>
    previewAlert(toFollowedSearch({ ...PLAIN_REQUEST, query: "台风", mode }), options);
  const near = await ofMode("semantic");
  assert.deepEqual([near.total, near.daysWithArticles, near.examples.length], [122, 31, 5], "121 articles and a copy");
  assert.equal((await ofMode("hybrid")).total, 151);
  const { total } = await previewAlert(toFollowedSearch({ ...PLAIN_REQUEST, query: "台风", mode: "semantic" }), {
    ...options,
    floorOf: async () => undefined,
  });
  assert.equal(total, 151, "without an encoder the words are all there is");
});
