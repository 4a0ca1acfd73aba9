import { findNamed, NAMED_CANDIDATES, type Named } from "../../search/named.ts";
import { type Background, measureBackground, NEAREST_LIMIT, type NearBy, relatedFloor } from "../../search/nearness.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import type { FewNearest } from "../read/snapshot.ts";
import { isAmong } from "./ascending.ts";
import { isWhole, type RowSlice, slicesIn } from "./filter.ts";
import type { PreparedSearch } from "./prepared-search.ts";
import type { RowSpace } from "./row-space.ts";
import { findNearest, findNearness, measureNearFloors } from "./semantic.ts";

/** An article that the query names scores far better than most by its code, too: so few vectors are read to know the nearest. */
const MAYBE_NAMED: FewNearest = { limit: NAMED_CANDIDATES, candidates: 128 };

/** What is looked for by meaning, and what is near to it. */
export interface Meaning {
  /** Unit vector; absent where meaning plays no part. */
  readonly vector?: Float32Array | undefined;
  /** The cosines that the vector has by chance; absent without one. */
  readonly background?: Background | undefined;
  /** Places that are near, ascending. */
  readonly near: Uint32Array;
  /** What their codes score. */
  readonly nearScores: Uint32Array;
  /** From this score on a place matches whatever words it holds. */
  readonly sureScore: number;
  readonly ends: readonly number[];
  /** The nearest articles that match or are related, nearest first. */
  readonly nearest: readonly RankedPlace[];
  /** Cosines of the nearest. */
  readonly cosines: ReadonlyMap<number, number>;
  /** The article of which the query is the headline. */
  readonly named?: Named | undefined;
}

/** Finds what is near to the query within the slices. How near it must be is measured on the whole snapshot. */
export function findMeaning(prepared: PreparedSearch, slices: readonly RowSlice[]): Meaning {
  const { vector: asked, space, snapshot, caches, request, sharing } = prepared;
  if (asked === undefined) return nothing(space);
  const isRanked = request.ranked !== false;
  const sample = caches.samples.of(snapshot, space);
  const within = { space, slices, sharing };
  const nearTo = (vector: Float32Array) => {
    const { floor, sureScore } = measureNearFloors(vector, sample, space, nearBy(prepared));
    return { sureScore, ...findNearness(vector, within, { floor, limit: isRanked ? NEAREST_LIMIT : 0 }) };
  };
  // Where nothing is filtered, what is nearest in all of the archive is nearest within the slices.
  let known: ReturnType<typeof nearTo> | undefined;
  const named = findNamedIn(prepared, asked, () => {
    if (!isRanked || !isWhole(slices, space))
      return findNearest(asked, { ...within, slices: slicesIn(space) }, MAYBE_NAMED);
    known = nearTo(asked);
    return known.nearest(MAYBE_NAMED);
  });
  const vector = named?.vector ?? asked;
  const found = named === undefined && known !== undefined ? known : nearTo(vector);
  const { near, nearScores, sureScore, ends } = found;
  const background = measureBackground(vector, sample);
  const least = relatedFloor(background);
  const listed: RankedPlace[] = [];
  const cosines = new Map<number, number>();
  for (const ranked of found.nearest()) {
    const { place, score } = ranked;
    cosines.set(place, score);
    if (score >= least || isAmong(near, place)) listed.push(ranked);
  }
  return { vector, background, near, nearScores, sureScore, ends, nearest: listed, cosines, named };
}

/** Where a text is asked, its words say less and its meaning more. */
const nearBy = ({ mode, parts }: PreparedSearch): NearBy =>
  mode === "semantic" ? "meaning" : parts.text.length > 0 ? "text" : "words";

const nothing = (space: RowSpace): Meaning => ({
  near: new Uint32Array(),
  nearScores: new Uint32Array(),
  sureScore: 0,
  ends: space.segments.map(() => 0),
  nearest: [],
  cosines: new Map(),
});

/** The article that the query names, wherever it is in the archive: its day may lie outside the range that is asked for. */
const findNamedIn = (
  { headline, candidates }: PreparedSearch,
  vector: Float32Array,
  nearestInAll: () => readonly RankedPlace[],
): Named | undefined => findNamed({ text: headline, vector }, nearestInAll, candidates);
