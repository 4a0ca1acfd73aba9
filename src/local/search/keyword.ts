import { LENGTH_SHARE, REPETITION } from "../../search/bm25.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { RowSlice } from "./filter.ts";
import type { KeywordPlan } from "./keyword-plan.ts";
import type { RowSpace, Scratch } from "./row-space.ts";
import { TopRows } from "./top-rows.ts";

/** Articles with the highest scores that match a sentence though they hold little of it. */
export const BEST_MATCHES = 100;

/** What BM25 approaches in an article that repeats every term of the query without end. */
export const keywordCeiling = ({ terms }: KeywordPlan): number =>
  terms.reduce((sum, { idf }) => sum + idf * (REPETITION + 1), 0);

/** The matching places of a search in order of segment and row. Entry i of `ends` is where segment i's end. */
export interface MatchedPlaces {
  readonly places: Uint32Array;
  /** BM25 of each; 0 where no word stands. */
  readonly scores: Float32Array;
  readonly ends: readonly number[];
}

/** BM25 of a matching place. */
export function scoreAt({ places, scores }: MatchedPlaces, place: number): number {
  const index = indexOf(places, places.length, place);
  return places[index] === place ? (scores[index] as number) : 0;
}

export interface MatchOptions {
  readonly plan: KeywordPlan;
  readonly snapshot: Snapshot;
  readonly space: RowSpace;
  readonly slices: readonly RowSlice[];
  /** Found by meaning: they match whatever they hold. */
  readonly near: readonly RankedPlace[];
  /** False: words make no match and no score (semantic mode). */
  readonly byWords: boolean;
  readonly scratch: Scratch;
}

/**
 * The live rows of the slices that match by words, are among the best by words where the rule takes these, or were found by
 * meaning. The result lies in the scratch arrays. Statistics are those of the whole snapshot, whatever the slices.
 */
export function findMatches(options: MatchOptions): MatchedPlaces {
  const { plan, snapshot, space, slices, near, byWords, scratch } = options;
  const { rule } = plan;
  const terms = byWords
    ? plan.terms.flatMap(({ key, idf, bits, documentFrequency }) =>
        documentFrequency === 0 ? [] : [{ key, bits, weight: idf * (REPETITION + 1) }],
      )
    : [];
  const averageLength = Math.max(1, snapshot.totalTermCount / Math.max(1, space.size));
  const best = byWords && rule.takesBest ? new TopRows(BEST_MATCHES) : undefined;
  scratch.prepare(space.size);
  const ends: number[] = [];
  let count = 0;
  for (const [index, segment] of space.segments.entries()) {
    const { from, to, allow } = slices[index] as RowSlice;
    const base = space.base(index);
    if (from < to) {
      const { publishedAtMs, articleKeys } = segment;
      const { rows, scores } = segment.matchTerms({
        from,
        to,
        allow,
        terms,
        flat: REPETITION * (1 - LENGTH_SHARE),
        perTerm: (REPETITION * LENGTH_SHARE) / averageLength,
        rule,
        base,
        everything: byWords && rule.takesAll,
        chosen: near.flatMap(({ place }) => (place >= base && place < base + segment.rows ? [place - base] : [])),
        best: best && {
          get floor() {
            return best.floor;
          },
          offer: (row, score) =>
            best.push({
              place: base + row,
              score,
              tieBreak: publishedAtMs[row] as number,
              key: articleKeys[row] as number,
            }),
        },
      });
      scratch.places.set(rows, count);
      scratch.scores.set(scores, count);
      count += rows.length;
    }
    ends.push(count);
  }
  return addPlaces(best?.sorted() ?? [], { scratch, count, ends, space });
}

interface Collected {
  readonly scratch: Scratch;
  readonly count: number;
  readonly ends: readonly number[];
  readonly space: RowSpace;
}

/** Puts the places among those collected that are not there yet. */
function addPlaces(ranked: readonly RankedPlace[], { scratch, count, ends, space }: Collected): MatchedPlaces {
  const { places, scores } = scratch;
  const added = ranked
    .map(({ place, score }) => ({ place, score, at: indexOf(places, count, place) }))
    .filter(({ place, at }) => at === count || places[at] !== place)
    .sort((a, b) => a.place - b.place);
  let end = count;
  // From behind, so that each moves once: by as many as come before it.
  for (const [before, { place, score, at }] of [...added.entries()].reverse()) {
    places.copyWithin(at + before + 1, at, end);
    scores.copyWithin(at + before + 1, at, end);
    places[at + before] = place;
    scores[at + before] = score;
    end = at;
  }
  const total = count + added.length;
  return {
    places: places.subarray(0, total),
    scores: scores.subarray(0, total),
    ends: ends.map((segmentEnd, index) => {
      const next = space.base(index + 1);
      return segmentEnd + added.filter(({ place }) => place < next).length;
    }),
  };
}

/** Where a place stands, or would, among the first `count`. */
function indexOf(places: Uint32Array, count: number, place: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
