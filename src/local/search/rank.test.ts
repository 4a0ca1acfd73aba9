import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemorySnapshot, type FakeArticle } from "../../../test/fakes/memory-archive.ts";
import { rankHybrid } from "../../search/rank-hybrid.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import { RowSpace } from "./row-space.ts";
import { createCandidates } from "./segment-candidates.ts";

const ARTICLES: readonly FakeArticle[] = ["words", "meaning"].map((id) => ({ id, title: id, body: "" }));

/** The first of two articles: one with a BM25 of so much of the ceiling, the other with a cosine. */
function firstOf(keywordShare: number, cosine: number): string | undefined {
  const snapshot = createMemorySnapshot(ARTICLES, { segments: 1 });
  const space = new RowSpace(snapshot);
  const ranked = (place: number): RankedPlace => ({ place, score: 0, tieBreak: 0, key: place });
  const { counted } = rankHybrid(
    {
      headline: "",
      byWords: [{ ...ranked(0), score: 100 * keywordShare }, ranked(1)],
      rest: () => [],
      candidates: createCandidates(snapshot, space),
      typicalCosine: 0,
      nearest: [ranked(1)],
      partial: [],
      evidence: (place) => ({
        keyword: place === 0 ? 100 * keywordShare : 0,
        semantic: place === 1 ? cosine : 0,
        heldShare: 0,
      }),
      isCounted: () => true,
      ceiling: 100,
    },
    2,
  );
  return ARTICLES[counted[0]?.place ?? -1]?.id;
}

test("words count fully from a quarter of the score that BM25 cannot pass, and less and less below", () => {
  assert.equal(firstOf(0.3, 0.5), "words", "the best one has more than a quarter");
  assert.equal(firstOf(0.26, 0.6), "words");
  assert.equal(firstOf(0.1, 0.5), "meaning", "even the best one holds little of the words");
});
