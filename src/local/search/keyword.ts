import { firstAtLeast } from "../../collections/partition-point.ts";
import { LENGTH_SHARE, REPETITION } from "../../search/bm25.ts";
import type { RowRule } from "../../search/matching/match-rule.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import type { GivenBits, SegmentView, Snapshot, TermMatches } from "../read/snapshot.ts";
import type { RowSlice } from "./filter.ts";
import type { KeywordPlan, PartialPlan, PlannedTerm } from "./keyword-plan.ts";
import type { RowSets } from "./row-sets.ts";
import type { RowSpace, Scratch } from "./row-space.ts";
import { TopRows } from "./top-rows.ts";

/** Articles with the highest scores that are listed as related to a text or several words though they hold little of them. */
export const BEST_PARTIAL = 100;

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

/** What words say of one article that meaning has found. */
export interface WordEvidence {
  /** BM25. */
  readonly keyword: number;
  /** Parts of the query that it holds. */
  readonly held: number;
}

/** What was found by words, and by meaning among them. */
export interface KeywordFindings {
  readonly matches: MatchedPlaces;
  /** Places that match by words, whatever meaning says. */
  readonly byWordsCount: number;
  /** What words say of the places that were asked about. */
  readonly evidence: ReadonlyMap<number, WordEvidence>;
  /** Whether an article that meaning has found matches by words too. */
  matchesByWords(place: number): boolean;
  /** The best of those that hold some of the words, best first; some of them may match. */
  readonly best: readonly RankedPlace[];
}

/** BM25 of a matching place. */
export function scoreAt({ places, scores }: MatchedPlaces, place: number): number {
  const index = firstAtLeast(places, place);
  return places[index] === place ? (scores[index] as number) : 0;
}

export interface KeywordSearch {
  readonly snapshot: Snapshot;
  readonly space: RowSpace;
  readonly slices: readonly RowSlice[];
  readonly scratch: Scratch;
}

/** Places that are near in meaning. */
export interface NearPlaces {
  /** Ascending. */
  readonly places: Uint32Array;
  /** What their codes score. */
  readonly scores: Uint32Array;
  /** From this score on a place matches whatever words it holds; below, where it holds some of a text as well. */
  readonly sureScore: number;
}

export interface MatchOptions extends KeywordSearch {
  readonly plan: KeywordPlan;
  readonly sets: RowSets;
  /** Places that hold as many of the wanted parts as can be had, where none holds all; ascending. */
  readonly relaxed?: Uint32Array | undefined;
  readonly near: NearPlaces;
  /** Further places about which words are asked; they match only if they hold the words. */
  readonly asked: readonly RankedPlace[];
}

/**
 * The live rows of the slices that match by words or by meaning. The result lies in the scratch arrays. Statistics are those of
 * the whole snapshot, whatever the slices.
 */
export function findMatches(options: MatchOptions): KeywordFindings {
  const { plan, space, slices, sets, relaxed, near, asked, scratch } = options;
  const isRelaxed = relaxed !== undefined;
  const rule = isRelaxed ? plan.rule.decidedBy(plan.spareBit) : plan.rule;
  const given = plan.given.map(({ node, bits }) => ({ masks: sets.find(node, slices).masks, bits }));
  const top = plan.tellsBest ? new TopRows(BEST_PARTIAL) : undefined;
  const evidence = new Map<number, WordEvidence>();
  const wordsToo = new Uint8Array(near.places.length);
  const isKeptNear = new Uint8Array(near.places.length);
  scratch.prepare(space.size);
  const ends: number[] = [];
  let count = 0;
  let byWordsCount = 0;
  for (const [index, segment] of space.segments.entries()) {
    const base = space.base(index);
    const { from, to } = slices[index] as RowSlice;
    if (from < to) {
      const nearRows = rowsWithin(near.places, base, base + segment.rows);
      const found = matchSegment(options, index, {
        terms: plan.terms,
        rule,
        chosen: nearRows,
        given: [
          ...given.map(({ masks, bits }) => ({ rows: rowsOf(masks[index] as Uint8Array, from, to), bits })),
          ...(isRelaxed ? [{ rows: rowsWithin(relaxed, base, base + segment.rows), bits: plan.spareBit }] : []),
        ],
        // Beside many that hold all words, those that hold some of them are not asked for.
        best: plan.isText || byWordsCount < BEST_PARTIAL ? top : undefined,
      });
      const holdsWords = (row: number): boolean => {
        const bits = found.bitsAt(row);
        if (isRelaxed) return (bits & plan.spareBit) !== 0;
        if (plan.rule.takesAll) return true;
        return plan.rule.isMet(bits) && plan.read.every((word) => sets.holdsWord(word, base + row));
      };
      for (const { place } of asked) {
        const row = place - base;
        if (row < 0 || row >= segment.rows) continue;
        evidence.set(place, { keyword: found.scoreAt(row), held: plan.countHeld(found.bitsAt(row)) });
      }
      const first = firstAtLeast(near.places, base);
      let areAllKept = plan.read.length === 0;
      for (let at = 0; at < nearRows.length; at++) {
        const row = nearRows[at] as number;
        const holds = holdsWords(row);
        const isSure = (near.scores[first + at] as number) >= near.sureScore;
        const isKept = holds || isSure || (plan.isText && plan.rule.weighsLeast(found.bitsAt(row)));
        wordsToo[first + at] = holds ? 1 : 0;
        isKeptNear[first + at] = isKept ? 1 : 0;
        areAllKept &&= isKept;
      }
      const isKept = (row: number, nearIndex: number | undefined): boolean =>
        nearIndex === undefined
          ? isRelaxed || plan.read.every((word) => sets.holdsWord(word, base + row))
          : isKeptNear[first + nearIndex] === 1;
      const before = count;
      count = collect(found, { scratch, count, base, nearRows, isKept: areAllKept ? undefined : isKept });
      const end = first + nearRows.length;
      byWordsCount += count - before - countSet(isKeptNear, first, end) + countSet(wordsToo, first, end);
    }
    ends.push(count);
  }
  const matches = { places: scratch.places.subarray(0, count), scores: scratch.scores.subarray(0, count), ends };
  return {
    matches,
    byWordsCount,
    evidence,
    matchesByWords: (place) => {
      const index = firstAtLeast(near.places, place);
      return near.places[index] !== place || wordsToo[index] === 1;
    },
    best: plan.isText || byWordsCount < BEST_PARTIAL ? (top?.sorted() ?? []) : [],
  };
}

/** The best of the rows that hold some of the words; all of the slices are looked at again. */
export function findPartial(plan: PartialPlan, search: KeywordSearch): RankedPlace[] {
  const best = new TopRows(BEST_PARTIAL);
  for (const [index] of search.space.segments.entries()) {
    const { from, to } = search.slices[index] as RowSlice;
    if (from < to) matchSegment(search, index, { terms: plan.terms, rule: plan.rule, chosen: [], given: [], best });
  }
  return best.sorted();
}

interface SegmentMatch {
  readonly terms: readonly PlannedTerm[];
  readonly rule: RowRule & { readonly takesAll?: boolean };
  readonly chosen: ArrayLike<number>;
  readonly given: readonly GivenBits[];
  readonly best: TopRows | undefined;
}

function matchSegment(
  { snapshot, space, slices }: KeywordSearch,
  index: number,
  { terms, rule, chosen, given, best }: SegmentMatch,
): TermMatches {
  const segment = space.segments[index] as SegmentView;
  const { publishedAtMs, articleKeys } = segment;
  const { from, to, allow } = slices[index] as RowSlice;
  const base = space.base(index);
  const averageLength = Math.max(1, snapshot.totalTermCount / Math.max(1, space.size));
  return segment.matchTerms({
    from,
    to,
    allow,
    terms: terms.flatMap(({ key, idf, bits, documentFrequency }) =>
      documentFrequency === 0 ? [] : [{ key, bits, weight: idf * (REPETITION + 1) }],
    ),
    flat: REPETITION * (1 - LENGTH_SHARE),
    perTerm: (REPETITION * LENGTH_SHARE) / averageLength,
    rule,
    base,
    everything: rule.takesAll === true,
    chosen,
    given,
    best: best && {
      get floor() {
        return best.floor;
      },
      offer: (row, score) => {
        if (score < best.floor) return;
        best.push({
          place: base + row,
          score,
          tieBreak: publishedAtMs[row] as number,
          key: articleKeys[row] as number,
        });
      },
    },
  });
}

interface Collecting {
  readonly scratch: Scratch;
  /** Matches that are collected already. */
  readonly count: number;
  readonly base: number;
  /** Ascending. */
  readonly nearRows: Uint32Array;
  /** Undefined: all are kept. */
  readonly isKept: ((row: number, nearIndex: number | undefined) => boolean) | undefined;
}

/** Puts a segment's matches behind those that are there; returns how many there are now. */
function collect({ rows, scores }: TermMatches, { scratch, count, base, nearRows, isKept }: Collecting): number {
  if (isKept === undefined) {
    scratch.places.set(rows, count);
    scratch.scores.set(scores, count);
    return count + rows.length;
  }
  let nextNear = 0;
  let end = count;
  for (let index = 0; index < rows.length; index++) {
    const place = rows[index] as number;
    const row = place - base;
    while (nextNear < nearRows.length && (nearRows[nextNear] as number) < row) nextNear++;
    if (!isKept(row, nearRows[nextNear] === row ? nextNear : undefined)) continue;
    scratch.places[end] = place;
    scratch.scores[end++] = scores[index] as number;
  }
  return end;
}

/** How many of some flags are 1. */
function countSet(flags: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index++) count += flags[index] as number;
  return count;
}

/** The rows of a segment among ascending places. */
function rowsWithin(places: Uint32Array, base: number, end: number): Uint32Array {
  const rows = places.slice(firstAtLeast(places, base), firstAtLeast(places, end));
  for (let index = 0; index < rows.length; index++) rows[index] = (rows[index] as number) - base;
  return rows;
}

/** Rows [from, to) whose byte is not 0. */
function rowsOf(mask: Uint8Array, from: number, to: number): number[] {
  const rows: number[] = [];
  for (let row = from; row < to; row++) if (mask[row] !== 0) rows.push(row);
  return rows;
}
