import {
  DEVIATIONS,
  forSize,
  NEAREST_LIMIT,
  type NearBy,
  SAMPLE_ROWS,
  typicalCosineOf,
} from "../../search/nearness.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import { spreadOf } from "../../search/unit-vectors.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { RowSlice } from "./filter.ts";
import type { RowSpace } from "./row-space.ts";
import { TopRows } from "./top-rows.ts";

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
  return { rows: space.size, places, vectors, typicalCosine: typicalCosineOf(vectors) };
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
