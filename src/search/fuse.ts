/**
 * How keyword and semantic evidence become one score. Everything that is tuned by measurement stands here.
 */

/** What each side counts, after both are scaled to 0…1. They sum to 1. */
export interface FusionWeights {
  readonly keyword: number;
  readonly semantic: number;
}

/** How they were chosen, and what else was measured: docs/EVALUATION.md. */
const WEIGHTS: FusionWeights = { keyword: 0.55, semantic: 0.45 };

/**
 * An article that holds most of the query has at least this part of the score that BM25 cannot pass. Where even the best has
 * less, words say little about what is asked, and count in that proportion.
 */
export const FULL_MATCH = 0.25;

/** Keyword matches that are scored by meaning too; the ones after them follow in order of BM25. */
export const KEYWORD_CANDIDATES = 300;

/** What is known of a query when its weights are chosen. */
export interface QueryShape {
  readonly words: readonly string[];
  readonly phrases: readonly string[];
}

/** The weights for a query. */
export function weightsFor(_query: QueryShape): FusionWeights {
  return WEIGHTS;
}

/** Both scores of one article: BM25 (0 where no word of the query stands in it) and cosine (undefined without a vector). */
export interface Evidence {
  readonly keyword: number;
  readonly semantic: number | undefined;
}

/** What counts as 1 on each side: the best cosine of the candidates, and their best BM25 or {@link FULL_MATCH}. */
export interface BestEvidence {
  readonly keyword: number;
  readonly semantic: number;
}

/** The score of one candidate, 0…1. */
export function fuse({ keyword, semantic }: Evidence, best: BestEvidence, weights: FusionWeights): number {
  const byWords = best.keyword > 0 ? keyword / best.keyword : 0;
  const byMeaning = best.semantic > 0 ? Math.max(0, semantic ?? 0) / best.semantic : 0;
  return weights.keyword * byWords + weights.semantic * byMeaning;
}
