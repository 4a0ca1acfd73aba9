import type { Snapshot } from "../archive/archive.ts";
import type { RowSlice } from "./filter.ts";
import type { KeywordPlan } from "./keyword-plan.ts";
import type { RowSpace, Scratch } from "./row-space.ts";
import { type RankedPlace, TopRows } from "./top-rows.ts";

/** BM25: how fast repetition stops to count, and how much length is held against an article. */
const K1 = 1.2;
const B = 0.75;

/** Of a sentence, so many articles with the highest scores match though they hold little of it. */
export const BEST_MATCHES = 100;
/** Marks a row in `scratch.seen` as a match whatever the rule says; the sign bit, which no term has. */
const CHOSEN = 1 << 31;

/** What BM25 approaches in an article that repeats every term of the query without end. */
export const keywordCeiling = ({ terms }: KeywordPlan): number =>
  terms.reduce((sum, { idf }) => sum + idf * (K1 + 1), 0);

/** Makes places match that were found by meaning. */
export function choose(places: readonly RankedPlace[], { seen }: Scratch): void {
  for (const { place } of places) seen[place] = (seen[place] as number) | CHOSEN;
}

/** Makes the best by score match, where the rule takes them: see docs/SEARCH.md. */
export function chooseBest(
  { rule }: KeywordPlan,
  space: RowSpace,
  slices: readonly RowSlice[],
  scratch: Scratch,
): void {
  if (!rule.takesBest) return;
  const { scores, seen } = scratch;
  const top = new TopRows(BEST_MATCHES);
  for (const [index, { live, publishedAtMs, articleKeys }] of space.segments.entries()) {
    const { from, to, allow } = slices[index] as RowSlice;
    const base = space.base(index);
    for (let row = from; row < to; row++) {
      const place = base + row;
      const score = scores[place] as number;
      if (score === 0 || score < top.floor || !rule.matchesAmongBest(seen[place] as number)) continue;
      if ((live !== undefined && live[row] === 0) || (allow !== undefined && allow[row] === 0)) continue;
      top.push({ place, score, tieBreak: publishedAtMs[row] as number, key: articleKeys[row] as number });
    }
  }
  choose(top.sorted(), scratch);
}

/**
 * Adds each row's BM25 score and term bits into the scratch arrays, one term after the other over all segments. Both are
 * defined for the rows of the slices alone. Statistics are those of the whole snapshot, whatever the slices.
 */
export function scoreKeywords(
  plan: KeywordPlan,
  snapshot: Snapshot,
  space: RowSpace,
  slices: readonly RowSlice[],
  scratch: Scratch,
): void {
  const averageLength = Math.max(1, snapshot.totalTermCount / Math.max(1, space.size));
  const flat = K1 * (1 - B);
  const perTerm = (K1 * B) / averageLength;
  const { scores, seen } = scratch;
  for (const [index, segment] of space.segments.entries()) {
    const { from, to } = slices[index] as RowSlice;
    const base = space.base(index);
    scores.fill(0, base + from, base + to);
    seen.fill(0, base + from, base + to);
    if (from === to) continue;
    const { termCounts } = segment;
    for (const { key, idf, bits, documentFrequency } of plan.terms) {
      if (documentFrequency === 0) continue;
      const { rows, frequencies, count } = segment.postings(key, from, to);
      const top = idf * (K1 + 1);
      for (let posting = 0; posting < count; posting++) {
        const row = rows[posting] as number;
        const frequency = frequencies[posting] as number;
        const norm = flat + perTerm * (termCounts[row] as number);
        const place = base + row;
        scores[place] = (scores[place] as number) + (top * frequency) / (frequency + norm);
        seen[place] = (seen[place] as number) | bits;
      }
    }
  }
}

/** The matching places of a search: `places` in order of segment and row; entry i of `ends` is where segment i's end. */
export interface MatchedPlaces {
  readonly places: Uint32Array;
  readonly ends: readonly number[];
}

export interface CollectOptions {
  /** False: words make no match (semantic mode), only having been chosen does. */
  readonly byWords: boolean;
}

/** The live rows of the slices that match by words or were chosen. The result lies in the scratch array. */
export function collectMatches(
  plan: KeywordPlan,
  space: RowSpace,
  slices: readonly RowSlice[],
  scratch: Scratch,
  { byWords }: CollectOptions,
): MatchedPlaces {
  const { seen, matched } = scratch;
  const { rule } = plan;
  const takesAll = byWords && rule.takesAll;
  const ends: number[] = [];
  let count = 0;
  for (const [index, { live }] of space.segments.entries()) {
    const { from, to, allow } = slices[index] as RowSlice;
    const base = space.base(index);
    for (let row = from; row < to; row++) {
      const bits = seen[base + row] as number;
      if (!takesAll) {
        if (bits === 0) continue;
        if (bits > 0 && !(byWords && rule.matches(bits))) continue;
      }
      if ((live !== undefined && live[row] === 0) || (allow !== undefined && allow[row] === 0)) continue;
      matched[count++] = base + row;
    }
    ends.push(count);
  }
  return { places: matched.subarray(0, count), ends };
}
