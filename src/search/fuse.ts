/**
 * How keyword and semantic evidence become one score. Everything that is tuned by measurement stands here.
 */

/**
 * What words count beside meaning; both weights sum to 1. BM25 has no scale of its own and is measured by the best one, a cosine
 * counts as it is: where even the nearest article is far, meaning says little. How the weight was chosen, and what else was
 * measured: docs/EVALUATION.md.
 */
const KEYWORD_WEIGHT = 0.385;

/** What meaning counts beside words. */
const SEMANTIC_WEIGHT = 1 - KEYWORD_WEIGHT;

/**
 * An article that holds most of the query has at least this part of the score that BM25 cannot pass. Where even the best has
 * less, words say little about what is asked, and count in that proportion.
 */
export const FULL_MATCH = 0.25;

/** Keyword matches that are scored by meaning too; the ones after them follow in order of BM25. */
export const KEYWORD_CANDIDATES = 300;

/**
 * What holding all words of a query of several adds to a score, and each share of them in proportion: an article that holds all
 * three comes before one that holds one of them often. Chosen on judged topics: docs/EVALUATION.md.
 */
const COORDINATION_WEIGHT = 0.15;

/** What is known of one article. */
export interface Evidence {
  /** BM25: 0 where no word of the query stands in it. */
  readonly keyword: number;
  /** Cosine; undefined without a vector. */
  readonly semantic: number | undefined;
  /** Share of the query's words that it holds, 0…1, where there are several of them. */
  readonly heldShare: number;
}

/** The score of one candidate. `bestKeyword` is the highest BM25 of the candidates, or {@link FULL_MATCH} of the ceiling. */
export function fuse({ keyword, semantic, heldShare }: Evidence, bestKeyword: number): number {
  const byWords = bestKeyword > 0 ? keyword / bestKeyword : 0;
  return KEYWORD_WEIGHT * byWords + SEMANTIC_WEIGHT * Math.max(0, semantic ?? 0) + COORDINATION_WEIGHT * heldShare;
}
