import type { RowSlice } from "./filter.ts";
import type { RowSpace } from "./row-space.ts";
import { type RankedPlace, TopRows } from "./top-rows.ts";

/** At most so many articles are found by meaning. */
export const SEMANTIC_LIMIT = 300;
/** A match is at least this near, as a part of the nearest one's cosine… */
const SHARE_OF_BEST = 0.7;
/** …and stands out from the archive's background by so many deviations, fewer in a small archive: see {@link deviationsFor}. */
const DEVIATIONS = 4;
/** In a normal background of n rows, about this many stand out by √(2 ln(n / it)) deviations or somewhat fewer. */
const CHANCE_ROWS = 10;
/** Rows that are looked at to know the background. */
const SAMPLE_ROWS = 256;

/**
 * The articles nearest in meaning within the slices, nearest first (`score` is the cosine). Any article has some cosine, so
 * there is a floor under which none counts as a match: see {@link backgroundFloor}.
 */
export function findNearest(
  query: Float32Array,
  space: RowSpace,
  slices: readonly RowSlice[],
  limit = SEMANTIC_LIMIT,
): RankedPlace[] {
  const top = new TopRows(limit);
  const pool = {};
  for (const [index, segment] of space.segments.entries()) {
    const { from, to, allow } = slices[index] as RowSlice;
    if (from === to) continue;
    for (const { row, similarity } of segment.nearest(query, { from, to, allow, limit, pool })) {
      top.push({
        place: space.base(index) + row,
        score: similarity,
        tieBreak: segment.publishedAtMs[row] as number,
        key: segment.articleKeys[row] as number,
      });
    }
  }
  return top.sorted();
}

/** Those of the nearest that match: see docs/SEARCH.md. */
export function keepNear(nearest: readonly RankedPlace[], background: number): RankedPlace[] {
  const best = nearest[0]?.score ?? 0;
  const floor = Math.max(background, SHARE_OF_BEST * best);
  return nearest.filter(({ score }) => score > 0 && score >= floor);
}

/**
 * The cosine that articles of the archive do not reach by chance: the median over a sample of all rows, evenly spread, plus
 * some deviations. The deviation is taken from the median too, so that many near articles in a small archive do not raise it.
 * It depends on the snapshot and the query alone, never on filters: a narrow date range makes nothing near that is not.
 */
export function backgroundFloor(query: Float32Array, space: RowSpace): number {
  const cosines: number[] = [];
  const step = Math.max(1, space.size / SAMPLE_ROWS);
  for (let place = 0; place < space.size; place += step) {
    const cosine = cosineAt(query, space, Math.floor(place));
    if (cosine !== undefined) cosines.push(cosine);
  }
  if (cosines.length === 0) return Number.POSITIVE_INFINITY;
  const median = medianOf(cosines);
  const deviation = 1.4826 * medianOf(cosines.map((cosine) => Math.abs(cosine - median)));
  return median + deviationsFor(space.size) * deviation;
}

/**
 * Of a million rows many come far by chance, of two hundred hardly one. A floor that fits the million would hide from a small
 * archive what it holds: a quarter of the questions in test/quality would find nothing.
 */
function deviationsFor(rows: number): number {
  return Math.min(DEVIATIONS, Math.sqrt(2 * Math.log(Math.max(Math.E, rows / CHANCE_ROWS))));
}

/** The cosine of a row's article and the query; undefined without a vector. */
export function cosineAt(query: Float32Array, space: RowSpace, place: number): number | undefined {
  return space.at(place, (segment, row) => segment.similarity(query, row));
}

export function dotProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
