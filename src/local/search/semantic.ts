import type { RankedPlace } from "../../search/ranked.ts";
import { dotProduct, medianOf, spreadOf } from "../../search/unit-vectors.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { RowSlice } from "./filter.ts";
import type { RowSpace } from "./row-space.ts";
import { TopRows } from "./top-rows.ts";

/** Articles that are found by meaning at most. */
export const SEMANTIC_LIMIT = 300;

/** Part of the nearest article's cosine that a near article has at least. */
const MIN_SHARE_OF_BEST = 0.7;

/** Standard deviations by which a near article stands out from the archive's background; fewer in a small archive, see {@link nearFloor}. */
const NEAR_DEVIATIONS = 4;

/** In a normal background of n rows, about this many stand out by √(2 ln(n / it)) deviations or somewhat fewer. */
const CHANCE_ROWS = 10;

/** Nearest articles that match though they are not near, where meaning leads: in semantic mode, or for a sentence. */
export const NEAREST_MATCHES = 100;

/** Standard deviations by which those must stand out at least. */
const MIN_DEVIATIONS = 1;

/** Rows whose vectors are looked at to know the background. */
const SAMPLE_ROWS = 256;

/**
 * The articles nearest in meaning within the slices, nearest first (`score` is the cosine). Any article has some cosine, so
 * {@link keepMatches} decides which of them match.
 */
export function findNearest(
  query: Float32Array,
  space: RowSpace,
  slices: readonly RowSlice[],
  limit = SEMANTIC_LIMIT,
): RankedPlace[] {
  const top = new TopRows(limit);
  const pool = {};
  const prepared = space.segments.map((segment, index) => {
    const { from, to, allow } = slices[index] as RowSlice;
    return segment.prepareNearest(query, { from, to, allow, limit, pool });
  });
  for (const [index, segment] of space.segments.entries()) {
    for (const { row, similarity } of prepared[index]?.() ?? []) {
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

/** Cosines of a query and articles that it has nothing to do with, in an archive of so many rows. */
export interface Background {
  readonly rows: number;
  readonly median: number;
  readonly deviation: number;
}

/** Those of the nearest that match, by the rules in docs/SEARCH.md. `meaningLeads`: the hundred nearest need not be near. */
export function keepMatches(
  nearest: readonly RankedPlace[],
  background: Background,
  meaningLeads: boolean,
): RankedPlace[] {
  const near = Math.max(MIN_SHARE_OF_BEST * (nearest[0]?.score ?? 0), nearFloor(background));
  const least = meaningLeads ? background.median + MIN_DEVIATIONS * background.deviation : Number.POSITIVE_INFINITY;
  return nearest.filter(
    ({ score }, index) => score > 0 && (score >= near || (index < NEAREST_MATCHES && score >= least)),
  );
}

/** Vectors of {@link SAMPLE_ROWS} rows of an archive, evenly spread. */
export interface VectorSample {
  readonly rows: number;
  readonly vectors: readonly Float32Array[];
  /** Of two of them: the median cosine. */
  readonly typicalCosine: number;
}

export function takeSample(space: RowSpace): VectorSample {
  const vectors: Float32Array[] = [];
  const step = Math.max(1, space.size / SAMPLE_ROWS);
  for (let place = 0; place < space.size; place += step) {
    const vector = space.at(Math.floor(place), (segment, row) => segment.vector(row));
    if (vector !== undefined) vectors.push(vector);
  }
  // Rows far apart in time, so that they tell of different things.
  const half = vectors.length >> 1;
  const cosines = vectors
    .slice(0, half)
    .map((vector, index) => dotProduct(vector, vectors[half + index] as Float32Array));
  return { rows: space.size, vectors, typicalCosine: cosines.length === 0 ? 0 : medianOf(cosines) };
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

/**
 * The cosine from which an article is near. Of a million rows many come far by chance, of two hundred hardly one: a floor that
 * fits the million would hide from a small archive what it holds. A quarter of the questions in test/quality would find nothing.
 */
export function nearFloor({ rows, median, deviation }: Background): number {
  const byChance = Math.sqrt(2 * Math.log(Math.max(Math.E, rows / CHANCE_ROWS)));
  return median + Math.min(NEAR_DEVIATIONS, byChance) * deviation;
}

/** The cosine of a row's article and the query; undefined without a vector. */
export function cosineAt(query: Float32Array, space: RowSpace, place: number): number | undefined {
  return space.at(place, (segment, row) => segment.similarity(query, row));
}
