/** Reads what a search finds, page by page, and checks its order. */
import assert from "node:assert/strict";
import type { Archive } from "../../src/archive/archive.ts";
import type { EncodedQuery } from "../../src/archive/encoded-query.ts";
import type { SearchRequest } from "../../src/archive/request.ts";
import type { Hit, SearchFindings } from "../../src/archive/result.ts";

/** Everything that a request finds, page by page. */
export async function readPages(
  archive: Archive,
  request: SearchRequest,
  encoded: EncodedQuery,
  limit: number,
): Promise<{ readonly first: SearchFindings; readonly hits: readonly Hit[] }> {
  const first = await archive.search({ ...request, limit, offset: 0 }, encoded);
  const hits = [...first.hits];
  for (let page = first; page.hits.length === limit; ) {
    page = await archive.search({ ...request, limit, offset: hits.length, snapshot: first.snapshot }, encoded);
    assert.deepEqual([page.total, page.snapshot], [first.total, first.snapshot], "each page tells of the same");
    hits.push(...page.hits);
  }
  return { first, hits };
}

/** What is merely similar follows what matches, and is not counted. */
export const isCounted = ({ match }: Hit): boolean => match !== "related";

/** Hits with what was folded into them. */
export const idsOf = (hits: readonly Hit[]): string[] =>
  hits.flatMap(({ id, copies, tellings }) => [
    id,
    ...copies.map((copy) => copy.id),
    ...tellings.map((copy) => copy.id),
  ]);

export const sorted = (ids: readonly string[]): string[] => [...ids].sort();

/** Best first by relevance; by date as asked, without scores. */
export function checkOrder(hits: readonly Hit[], { sort, query }: SearchRequest): void {
  const isRelevant = sort === "relevance" && /[^\s-]/.test(query.replace(/-\S+/g, ""));
  const sign = sort === "oldest" ? 1 : -1;
  const last = sort === "oldest" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  for (const [index, hit] of hits.entries()) {
    const before = hits[index - 1];
    if (!isRelevant) assert.equal(hit.score, 0);
    if (before === undefined) continue;
    const isInOrder = isRelevant
      ? before.score >= hit.score
      : sign * ((hit.publishedAtMs ?? last) - (before.publishedAtMs ?? last)) >= 0 ||
        (before.publishedAtMs === undefined && hit.publishedAtMs === undefined);
    assert.ok(isInOrder, `${before.id} before ${hit.id}`);
  }
}
