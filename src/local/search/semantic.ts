import { type NearFloors, toNearFloors } from "../../search/codes/near-floors.ts";
import { NEAREST_LIMIT, type NearBy } from "../../search/nearness.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import type { FewNearest, PreparedNearest } from "../read/snapshot.ts";
import type { RowSlice } from "./filter.ts";
import type { RowSpace } from "./row-space.ts";
import { TopRows } from "./top-rows.ts";
import type { VectorSample } from "./vector-sample.ts";

/** What is near to a query within some slices. */
export interface Nearness {
  /** Places of all that are unmistakably near, however many, ascending. Entry i of `ends` is where segment i's end. */
  readonly near: Uint32Array;
  /** What their codes score. */
  readonly nearScores: Uint32Array;
  readonly ends: readonly number[];
  /** The nearest articles, nearest first; `score` is the cosine. Reads their vectors, and may be asked again: of few far fewer are read. */
  readonly nearest: (few?: FewNearest) => readonly RankedPlace[];
}

/**
 * What is near to a query. An article is unmistakably near when the code of its vector scores at least `floor`: a property of
 * query and article alone, whatever the slices, that the scan of the codes tells of every row.
 */
export function findNearness(
  query: Float32Array,
  space: RowSpace,
  slices: readonly RowSlice[],
  { floor, ...most }: Partial<FewNearest> & { readonly floor?: number } = {},
): Nearness {
  const limit = most.limit ?? NEAREST_LIMIT;
  const pool = {};
  const prepared = space.segments.map((segment, index) => {
    const { from, to, allow } = slices[index] as RowSlice;
    return segment.prepareNearest(query, { from, to, allow, floor, pool, ...most, limit });
  });
  const near = new Uint32Array(prepared.reduce((sum, { above }) => sum + above.rows.length, 0));
  const nearScores = new Uint32Array(near.length);
  const ends: number[] = [];
  let count = 0;
  for (const [index, { above }] of prepared.entries()) {
    const base = space.base(index);
    for (let index = 0; index < above.rows.length; index++) near[count + index] = base + (above.rows[index] as number);
    nearScores.set(above.scores, count);
    count += above.rows.length;
    ends.push(count);
  }
  return { near, nearScores, ends, nearest: (few) => bestOfAll(prepared, space, few ?? { limit }) };
}

/** The nearest of all segments. */
function bestOfAll(
  prepared: readonly PreparedNearest[],
  space: RowSpace,
  few: Pick<FewNearest, "limit"> & Partial<FewNearest>,
): readonly RankedPlace[] {
  if (few.limit === 0) return [];
  const top = new TopRows(few.limit);
  for (const [index, segment] of space.segments.entries()) {
    for (const { row, similarity } of prepared[index]?.nearest(few) ?? []) {
      // Each segment's come nearest first.
      if (similarity < top.floor) break;
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

/** The articles nearest in meaning within the slices, nearest first; `score` is the cosine. */
export const findNearest = (
  query: Float32Array,
  space: RowSpace,
  slices: readonly RowSlice[],
  most: Partial<FewNearest> = {},
): readonly RankedPlace[] => findNearness(query, space, slices, most).nearest();

/** The scores of a code from which an article is near, and surely so: measured on the sample, like {@link measureBackground}. */
export function measureNearFloors(
  query: Float32Array,
  { rows, places }: VectorSample,
  space: RowSpace,
  by: NearBy,
): NearFloors {
  const scores: number[] = [];
  for (const [index, segment] of space.segments.entries()) {
    const [base, end] = [space.base(index), space.base(index + 1)];
    const sampled: number[] = [];
    for (const place of places) if (place >= base && place < end) sampled.push(place - base);
    scores.push(...segment.codeScores(query, sampled));
  }
  return toNearFloors(scores, rows, by);
}
