/**
 * How keyword and semantic evidence become one score. Everything that is tuned by measurement stands here.
 */

import { isOfTokenTable } from "../encoder/encoder.ts";
import type { Background } from "./nearness.ts";

/**
 * What words count beside meaning; both weights sum to 1. BM25 has no scale of its own and is measured by the best one, a cosine
 * counts as {@link meaningOf} says: where even the nearest article is far, meaning says little. How the weight was chosen, and what
 * else was measured: docs/EVALUATION.md.
 */
const KEYWORD_WEIGHT = 0.385;

/** What meaning counts beside words. */
const SEMANTIC_WEIGHT = 1 - KEYWORD_WEIGHT;

/**
 * An article that holds most of the query has at least this part of the score that BM25 cannot pass. Where even the best has
 * less, words say little about what is asked: they count as the square of the part of it that the best one has.
 */
const FULL_MATCH = 0.25;

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

/** Deviations over the archive's background at which the cosine of an encoder that reads counts in full, and beyond it more. */
const FULL_DEVIATIONS = 9.5;

/** The power of its deviations by which such a cosine counts: one far over the background says more than in proportion. */
const DEVIATION_POWER = 2.5;

/** In an archive of fewer articles the background is too small to tell deviations by. */
const MIN_BACKGROUND_ROWS = 64;

/** By what the evidence of a query's candidates is measured. */
export interface Scale {
  /** The BM25 that counts in full. */
  readonly fullKeyword: number;
  /** What cosines the query has by chance; undefined where a cosine counts as it is. */
  readonly background: Background | undefined;
}

/**
 * The BM25 that counts in full: the best one's, or more where even the best article holds little of what is asked.
 * @param best the highest BM25 of the candidates; 0 where none holds a word
 * @param ceiling what BM25 approaches in an article that repeats every term of the query without end
 */
export function fullKeyword(best: number, ceiling: number): number {
  const full = FULL_MATCH * ceiling;
  return best > 0 && best < full ? full * (full / best) : best;
}

/**
 * The background by which the cosines of an archive's encoder are to be counted. Those of a table of token vectors count as they are,
 * which the weights were chosen with; others are spread as their encoder spreads them, and say more of the same article.
 * @returns undefined where cosines count as they are
 */
export const backgroundFor = (encoderFingerprint: string, background: Background): Background | undefined =>
  isOfTokenTable(encoderFingerprint) || background.rows < MIN_BACKGROUND_ROWS || !(background.deviation > 0)
    ? undefined
    : background;

/** The score of one candidate. */
export function fuse({ keyword, semantic, heldShare }: Evidence, { fullKeyword: full, background }: Scale): number {
  const byWords = full > 0 ? keyword / full : 0;
  return (
    KEYWORD_WEIGHT * byWords +
    SEMANTIC_WEIGHT * (semantic === undefined ? 0 : meaningOf(semantic, background)) +
    COORDINATION_WEIGHT * heldShare
  );
}

/** What a cosine says: 0 for nothing, and about 1 for what is unmistakably near. */
function meaningOf(cosine: number, background: Background | undefined): number {
  if (background === undefined) return Math.max(0, cosine);
  const deviations = (cosine - background.median) / background.deviation;
  return deviations > 0 ? (deviations / FULL_DEVIATIONS) ** DEVIATION_POWER : 0;
}
