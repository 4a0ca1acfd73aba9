/**
 * From which cosine on an article is near, or related: so many deviations over the archive's background, which is measured on some of its
 * articles. How the numbers were chosen: docs/SEARCH.md and docs/EVALUATION.md.
 */
import { dotProduct, medianOf, spreadOf } from "./unit-vectors.ts";

/** Nearest articles whose cosines are computed exactly: the ones that meaning ranks. */
export const NEAREST_LIMIT = 300;

/** Standard deviations over the archive's background from which an article counts as near where meaning alone is asked. */
const NEAR_DEVIATIONS = 4;

/** Standard deviations over the archive's background from which an article counts that holds some of a text, though not the share that is needed. */
const NEAR_WITH_WORDS_DEVIATIONS = 3;

/** Standard deviations over the archive's background from which an article counts beside those that hold a share of a text. */
const NEAR_TEXT_DEVIATIONS = 5;

/** Standard deviations over the archive's background from which an article is unmistakably near, and counts beside those that hold all words. */
const NEAR_WORDS_DEVIATIONS = 9;

/** Standard deviations over the background from which a neighbour of an article is similar to it. */
const SIMILAR_DEVIATIONS = 4;

/** Standard deviations over the background from which one of the nearest articles is listed as related. */
const RELATED_DEVIATIONS = 1;

/** In a normal background of n rows, about this many stand out by √(2 ln(n / it)) deviations or somewhat fewer. */
const CHANCE_ROWS = 10;

/** Rows whose vectors are looked at to know the background. */
export const SAMPLE_ROWS = 256;

/** Cosines of a query and articles that it has nothing to do with, in an archive of so many rows. */
export interface Background {
  readonly rows: number;
  readonly median: number;
  readonly deviation: number;
}

/** The vectors of some articles, evenly spread over an archive of so many rows. */
export interface SampledVectors {
  readonly rows: number;
  readonly vectors: readonly Float32Array[];
}

/** The median cosine of two articles of a sample that are far apart in its order, so that they tell of different things. */
export function typicalCosineOf(vectors: readonly Float32Array[]): number {
  const half = vectors.length >> 1;
  const cosines = vectors
    .slice(0, half)
    .map((vector, index) => dotProduct(vector, vectors[half + index] as Float32Array));
  return cosines.length === 0 ? 0 : medianOf(cosines);
}

/**
 * What cosines a query has by chance: measured on a sample of all rows. The deviation is taken from the median too, so that
 * many near articles in a small archive do not raise it. It depends on the snapshot and the query alone, never on filters: a
 * narrow date range makes nothing near that is not.
 */
export function measureBackground(query: Float32Array, { rows, vectors }: SampledVectors): Background {
  if (vectors.length === 0) return { rows: 0, median: 0, deviation: 0 };
  const cosines: number[] = [];
  for (const vector of vectors) cosines.push(dotProduct(query, vector));
  return { rows, ...spreadOf(cosines) };
}

/** What an article is to be near to: a query where meaning alone is asked, a text, or a few words, each of which is wanted. */
export type NearBy = "meaning" | "text" | "words";

/** From how many deviations on an article is near, and from how many it matches whatever words it holds. */
export const DEVIATIONS: Readonly<Record<NearBy, { readonly near: number; readonly sure: number }>> = {
  meaning: { near: NEAR_DEVIATIONS, sure: NEAR_DEVIATIONS },
  text: { near: NEAR_WITH_WORDS_DEVIATIONS, sure: NEAR_TEXT_DEVIATIONS },
  words: { near: NEAR_WORDS_DEVIATIONS, sure: NEAR_WORDS_DEVIATIONS },
};

/** Rows of an archive from which the deviations are those of a large one. */
const LARGE_ROWS = 30_000;

/**
 * Deviations by which an article stands out in an archive of so many rows, of those in a large one. Of a million rows many come far by chance, of two hundred hardly one: a
 * floor that fits the million would hide from a small archive what it holds. A quarter of the questions in test/quality would find nothing.
 */
export function forSize(deviations: number, rows: number): number {
  const byChance = (of: number): number => Math.sqrt(2 * Math.log(Math.max(Math.E, of / CHANCE_ROWS)));
  return deviations * Math.min(1, byChance(rows) / byChance(LARGE_ROWS));
}

/** The cosine from which an article is near. */
export const nearFloor = ({ rows, median, deviation }: Background): number =>
  median + forSize(SIMILAR_DEVIATIONS, rows) * deviation;

/** The cosine from which one of the nearest articles is listed as related; above 0. */
export const relatedFloor = ({ median, deviation }: Background): number =>
  Math.max(Number.MIN_VALUE, median + RELATED_DEVIATIONS * deviation);
