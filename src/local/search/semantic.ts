import type { RankedPlace } from "../../search/ranked.ts";
import { dotProduct, medianOf, spreadOf } from "../../search/unit-vectors.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { RowSlice } from "./filter.ts";
import type { RowSpace } from "./row-space.ts";
import { TopRows } from "./top-rows.ts";

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
const SAMPLE_ROWS = 256;

/** What is near to a query within some slices. */
export interface Nearness {
  /** The nearest articles, nearest first; `score` is the cosine. */
  readonly nearest: readonly RankedPlace[];
  /** Places of all that are unmistakably near, however many, ascending. Entry i of `ends` is where segment i's end. */
  readonly near: Uint32Array;
  /** What their codes score. */
  readonly nearScores: Uint32Array;
  readonly ends: readonly number[];
}

/**
 * What is near to a query. An article is unmistakably near when the code of its vector scores at least `floor`: a property of
 * query and article alone, whatever the slices, that the scan of the codes tells of every row.
 */
export function findNearness(
  query: Float32Array,
  space: RowSpace,
  slices: readonly RowSlice[],
  { floor, limit = NEAREST_LIMIT }: { readonly floor?: number; readonly limit?: number } = {},
): Nearness {
  const top = new TopRows(limit);
  const pool = {};
  const prepared = space.segments.map((segment, index) => {
    const { from, to, allow } = slices[index] as RowSlice;
    return segment.prepareNearest(query, { from, to, allow, limit, floor, pool });
  });
  const near = new Uint32Array(prepared.reduce((sum, { above }) => sum + above.rows.length, 0));
  const nearScores = new Uint32Array(near.length);
  const ends: number[] = [];
  let count = 0;
  for (const [index, segment] of space.segments.entries()) {
    const base = space.base(index);
    const above = prepared[index]?.above;
    if (above !== undefined) {
      near.set(
        above.rows.map((row) => base + row),
        count,
      );
      nearScores.set(above.scores, count);
      count += above.rows.length;
    }
    ends.push(count);
    for (const { row, similarity } of prepared[index]?.nearest() ?? []) {
      // Each segment's come nearest first.
      if (similarity < top.floor) break;
      top.push({
        place: base + row,
        score: similarity,
        tieBreak: segment.publishedAtMs[row] as number,
        key: segment.articleKeys[row] as number,
      });
    }
  }
  return { nearest: top.sorted(), near, nearScores, ends };
}

/** The articles nearest in meaning within the slices, nearest first; `score` is the cosine. */
export const findNearest = (
  query: Float32Array,
  space: RowSpace,
  slices: readonly RowSlice[],
  limit?: number,
): readonly RankedPlace[] => findNearness(query, space, slices, limit === undefined ? {} : { limit }).nearest;

/** Cosines of a query and articles that it has nothing to do with, in an archive of so many rows. */
export interface Background {
  readonly rows: number;
  readonly median: number;
  readonly deviation: number;
}

/** Some rows of an archive, evenly spread, that have vectors. */
export interface VectorSample {
  readonly rows: number;
  readonly places: readonly number[];
  readonly vectors: readonly Float32Array[];
  /** The median cosine of two of them. */
  readonly typicalCosine: number;
}

export function takeSample(space: RowSpace): VectorSample {
  const places: number[] = [];
  const vectors: Float32Array[] = [];
  const step = Math.max(1, space.size / SAMPLE_ROWS);
  for (let at = 0; at < space.size; at += step) {
    const place = Math.floor(at);
    const vector = space.at(place, (segment, row) => segment.vector(row));
    if (vector === undefined) continue;
    places.push(place);
    vectors.push(vector);
  }
  // Rows far apart in time, so that they tell of different things.
  const half = vectors.length >> 1;
  const cosines = vectors
    .slice(0, half)
    .map((vector, index) => dotProduct(vector, vectors[half + index] as Float32Array));
  return { rows: space.size, places, vectors, typicalCosine: cosines.length === 0 ? 0 : medianOf(cosines) };
}

/** The sample of the last snapshot asked for: it is the same for every query. */
export class SampleCache {
  #snapshot = "";
  #sample: VectorSample | undefined;

  of(snapshot: Snapshot, space: RowSpace): VectorSample {
    if (this.#sample === undefined || this.#snapshot !== snapshot.name) {
      this.#sample = takeSample(space);
      this.#snapshot = snapshot.name;
    }
    return this.#sample;
  }
}

/**
 * What cosines a query has by chance: measured on a sample of all rows. The deviation is taken from the median too, so that
 * many near articles in a small archive do not raise it. It depends on the snapshot and the query alone, never on filters: a
 * narrow date range makes nothing near that is not.
 */
export function measureBackground(query: Float32Array, { rows, vectors }: VectorSample): Background {
  if (vectors.length === 0) return { rows: 0, median: 0, deviation: 0 };
  return { rows, ...spreadOf(vectors.map((vector) => dotProduct(query, vector))) };
}

/** What an article is to be near to: a query where meaning alone is asked, a text, or a few words, each of which is wanted. */
export type NearBy = "meaning" | "text" | "words";

/** From how many deviations on an article is near, and from how many it matches whatever words it holds. */
const DEVIATIONS: Readonly<Record<NearBy, { readonly near: number; readonly sure: number }>> = {
  meaning: { near: NEAR_DEVIATIONS, sure: NEAR_DEVIATIONS },
  text: { near: NEAR_WITH_WORDS_DEVIATIONS, sure: NEAR_TEXT_DEVIATIONS },
  words: { near: NEAR_WORDS_DEVIATIONS, sure: NEAR_WORDS_DEVIATIONS },
};

/** The scores of a code from which an article is near, and surely so: measured on the sample, like {@link measureBackground}. */
export function measureNearFloors(
  query: Float32Array,
  { rows, places }: VectorSample,
  space: RowSpace,
  by: NearBy,
): { readonly floor: number; readonly sureScore: number } {
  const scores = space.segments.flatMap((segment, index) => {
    const [base, end] = [space.base(index), space.base(index + 1)];
    return segment.codeScores(
      query,
      places.flatMap((place) => (place >= base && place < end ? [place - base] : [])),
    );
  });
  if (scores.length === 0) return { floor: MAX_CODE_SCORE, sureScore: MAX_CODE_SCORE };
  const { median, deviation } = spreadOf(scores);
  const scoreAt = (deviations: number): number =>
    Math.min(MAX_CODE_SCORE, Math.ceil(median + forSize(deviations, rows) * deviation));
  return { floor: scoreAt(DEVIATIONS[by].near), sureScore: scoreAt(DEVIATIONS[by].sure) };
}

/** No code scores more. */
const MAX_CODE_SCORE = 32_767;

/** Rows of an archive from which the deviations are those of a large one. */
const LARGE_ROWS = 30_000;

/**
 * Deviations by which an article stands out in an archive of so many rows, of those in a large one. Of a million rows many come far by chance, of two hundred hardly one: a
 * floor that fits the million would hide from a small archive what it holds. A quarter of the questions in test/quality would find nothing.
 */
function forSize(deviations: number, rows: number): number {
  const byChance = (of: number): number => Math.sqrt(2 * Math.log(Math.max(Math.E, of / CHANCE_ROWS)));
  return deviations * Math.min(1, byChance(rows) / byChance(LARGE_ROWS));
}

/** The cosine from which an article is near. */
export const nearFloor = ({ rows, median, deviation }: Background): number =>
  median + forSize(SIMILAR_DEVIATIONS, rows) * deviation;

/** The cosine from which one of the nearest articles is listed as related; above 0. */
export const relatedFloor = ({ median, deviation }: Background): number =>
  Math.max(Number.MIN_VALUE, median + RELATED_DEVIATIONS * deviation);
