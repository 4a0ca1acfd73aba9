import { firstAtLeast } from "../../collections/partition-point.ts";
import { LENGTH_SHARE, REPETITION } from "../../search/bm25.ts";
import type { RowRule } from "../../search/matching/match-rule.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import type { SegmentView, Snapshot, TermMatches } from "../read/snapshot.ts";
import type { RowSlice } from "./filter.ts";
import type { KeywordPlan, PartialPlan, PlannedTerm } from "./keyword-plan.ts";
import type { SearchSharing } from "./parts/do-parts.ts";
import {
  type MatchedRows,
  type MatchedSegment,
  type MatchTask,
  matchSegment,
  toTermMatches,
} from "./parts/match-part.ts";
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
  readonly sharing: SearchSharing;
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
  const { plan, relaxed } = options;
  const matching = new Matching(options);
  matchAll(options, relaxed === undefined ? plan.rule : plan.rule.decidedBy(plan.spareBit), {
    terms: plan.terms,
    where: (index) => matching.where(index),
    best: () => matching.best,
    take: (found, index) => matching.take(found, index),
  });
  return matching.findings();
}

/** Collects what matches, segment by segment. */
class Matching {
  readonly #options: MatchOptions;
  /** Rows that were found to hold a node of the query: their bits, and a mask for each segment. */
  readonly #given: readonly { readonly masks: readonly Uint8Array[]; readonly bits: number }[];
  readonly #top: TopRows | undefined;
  readonly #evidence = new Map<number, WordEvidence>();
  /** Of each near place whether it matches by words, and whether it matches at all. */
  readonly #wordsToo: Uint8Array;
  readonly #isKeptNear: Uint8Array;
  readonly #ends: number[] = [];
  #count = 0;
  #byWordsCount = 0;

  constructor(options: MatchOptions) {
    const { plan, sets, slices, near, scratch, space } = options;
    this.#options = options;
    this.#given = plan.given.map(({ node, bits }) => ({ masks: sets.find(node, slices).masks, bits }));
    this.#top = plan.tellsBest ? new TopRows(BEST_PARTIAL) : undefined;
    this.#wordsToo = new Uint8Array(near.places.length);
    this.#isKeptNear = new Uint8Array(near.places.length);
    scratch.prepare(space.size);
  }

  /** Where the best go that hold some of the words: beside many that hold all of them they are not asked for. */
  get best(): TopRows | undefined {
    return this.#options.plan.isText || this.#byWordsCount < BEST_PARTIAL ? this.#top : undefined;
  }

  /** What is looked for in a segment beside the words. */
  where(index: number): MatchedSegment {
    const { plan, space, slices, relaxed, near, asked } = this.#options;
    const { from, to, allow } = slices[index] as RowSlice;
    const base = space.base(index);
    const end = base + (space.segments[index] as SegmentView).rows;
    return {
      from,
      to,
      allow,
      base,
      chosen: rowsWithin(near.places, base, end),
      given: [
        ...this.#given.map(({ masks, bits }) => ({ rows: rowsOf(masks[index] as Uint8Array, from, to), bits })),
        ...(relaxed === undefined ? [] : [{ rows: rowsWithin(relaxed, base, end), bits: plan.spareBit }]),
      ],
      told: asked.flatMap(({ place }) => (place >= base && place < end ? [place - base] : [])),
    };
  }

  /** Adds what a segment has; undefined: nothing. */
  take(found: TermMatches | undefined, index: number): void {
    if (found !== undefined) this.#add(found, index);
    this.#ends.push(this.#count);
  }

  findings(): KeywordFindings {
    const { scratch, near } = this.#options;
    return {
      matches: {
        places: scratch.places.subarray(0, this.#count),
        scores: scratch.scores.subarray(0, this.#count),
        ends: this.#ends,
      },
      byWordsCount: this.#byWordsCount,
      evidence: this.#evidence,
      matchesByWords: (place) => {
        const index = firstAtLeast(near.places, place);
        return near.places[index] !== place || this.#wordsToo[index] === 1;
      },
      best: this.best?.sorted() ?? [],
    };
  }

  #add(found: TermMatches, index: number): void {
    const { plan, space, near, scratch, asked } = this.#options;
    const base = space.base(index);
    const end = base + (space.segments[index] as SegmentView).rows;
    for (const { place } of asked) {
      const row = place - base;
      if (place < base || place >= end) continue;
      this.#evidence.set(place, { keyword: found.scoreAt(row), held: plan.countHeld(found.bitsAt(row)) });
    }
    const nearRows = rowsWithin(near.places, base, end);
    const first = firstAtLeast(near.places, base);
    let areAllKept = plan.read.length === 0;
    for (let at = 0; at < nearRows.length; at++) {
      const row = nearRows[at] as number;
      const bits = found.bitsAt(row);
      const holds = this.#holdsWords(bits, base + row);
      const isSure = (near.scores[first + at] as number) >= near.sureScore;
      const isKept = holds || isSure || (plan.isText && plan.rule.weighsLeast(bits));
      this.#wordsToo[first + at] = holds ? 1 : 0;
      this.#isKeptNear[first + at] = isKept ? 1 : 0;
      areAllKept &&= isKept;
    }
    const isKept = (row: number, nearIndex: number | undefined): boolean =>
      nearIndex === undefined ? this.#holdsRead(base + row) : this.#isKeptNear[first + nearIndex] === 1;
    const before = this.#count;
    this.#count = collect(found, { scratch, count: before, base, nearRows, isKept: areAllKept ? undefined : isKept });
    const byMeaning = countSet(this.#isKeptNear, first, first + nearRows.length);
    const ofThem = countSet(this.#wordsToo, first, first + nearRows.length);
    this.#byWordsCount += this.#count - before - byMeaning + ofThem;
  }

  /** Whether a row with these bits matches by words. */
  #holdsWords(bits: number, place: number): boolean {
    const { plan, relaxed } = this.#options;
    if (relaxed !== undefined) return (bits & plan.spareBit) !== 0;
    return plan.rule.takesAll || (plan.rule.isMet(bits) && this.#holdsRead(place));
  }

  /** Whether an article holds the words whose texts are read, where it holds their terms. */
  #holdsRead(place: number): boolean {
    const { plan, sets, relaxed } = this.#options;
    return relaxed !== undefined || plan.read.every((word) => sets.holdsWord(word, place));
  }
}

/** The best of the rows that hold some of the words; all of the slices are looked at again. */
export function findPartial(plan: PartialPlan, search: KeywordSearch): RankedPlace[] {
  const best = new TopRows(BEST_PARTIAL);
  const { space, slices } = search;
  matchAll(search, plan.rule, {
    terms: plan.terms,
    where: (index) => ({ ...(slices[index] as RowSlice), base: space.base(index), chosen: NO_ROWS, told: [] }),
    best: () => best,
    take: () => {},
  });
  return best.sorted();
}

const NO_ROWS = new Uint32Array();

interface MatchEach {
  readonly terms: readonly PlannedTerm[];
  readonly where: (index: number) => MatchedSegment;
  /** Where the best go that are found from now on. */
  readonly best: () => TopRows | undefined;
  /** Is given what every segment has, in order, until the next one is asked for; undefined where there is nothing to look at. */
  readonly take: (found: TermMatches | undefined, index: number) => void;
}

/** What looking through a row takes, in ms. */
const MATCH_MS = 7e-6;

/** Looks for words in every segment; what is found does not depend on who looks in which. */
function matchAll(
  { snapshot, space, slices, sharing }: KeywordSearch,
  rule: MatchTask["words"]["rule"] & { readonly takesAll?: boolean },
  { terms, where, best, take }: MatchEach,
): void {
  const averageLength = Math.max(1, snapshot.totalTermCount / Math.max(1, space.size));
  const words = {
    terms: terms.flatMap(({ key, idf, bits, documentFrequency }) =>
      documentFrequency === 0 ? [] : [{ key, bits, weight: idf * (REPETITION + 1) }],
    ),
    flat: REPETITION * (1 - LENGTH_SHARE),
    perTerm: (REPETITION * LENGTH_SHARE) / averageLength,
    rule,
    everything: rule.takesAll === true,
  };
  const rows = slices.reduce((sum, { from, to }) => sum + to - from, 0);
  const isEmpty = (index: number): boolean => (slices[index]?.from ?? 0) >= (slices[index]?.to ?? 0);
  sharing.share<MatchedRows | undefined, TermMatches | undefined>({
    count: space.segments.length,
    costMs: rows * MATCH_MS,
    describe: () => ({
      kind: "match",
      words: { ...words, rule: toRowRule(rule) },
      asked: space.segments.map((_, index) => where(index)),
      bestLimit: best() === undefined ? 0 : BEST_PARTIAL,
    }),
    doPart: (index) =>
      isEmpty(index) ? undefined : matchSegment(space.segments[index] as SegmentView, words, where(index), best()),
    receive: (part, index) => part && toTermMatches(part, where(index), best()),
    take,
  });
}

/** Its numbers, without what a class has beside them. */
const toRowRule = ({ must, joined, tables, needed, least }: RowRule): RowRule => ({
  must,
  joined,
  tables,
  needed,
  least,
});

interface Collecting {
  readonly scratch: Scratch;
  /** Matches that are collected already. */
  readonly count: number;
  readonly base: number;
  /** Ascending. */
  readonly nearRows: ArrayLike<number>;
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
function rowsOf(mask: Uint8Array, from: number, to: number): Uint32Array {
  let count = 0;
  for (let row = from; row < to; row++) if (mask[row] !== 0) count++;
  const rows = new Uint32Array(count);
  count = 0;
  for (let row = from; row < to; row++) if (mask[row] !== 0) rows[count++] = row;
  return rows;
}
