import type { SegmentView, Snapshot, TermKey } from "../archive/archive.ts";
import { fold } from "../text/fold.ts";
import { unitClassAt, WORD } from "../text/runs.ts";
import type { RowSlice } from "./filter.ts";
import { runsOf, termsOf } from "./keyword-plan.ts";
import type { RowSpace } from "./row-space.ts";

/** Articles that one search reads to check phrases, newest first. Reading one costs from 0.02 to 0.1 ms. */
export const MAX_READS = 5000;

/** Terms of a phrase that are looked up; of a longer one the text decides the rest. */
const MAX_TERMS = 64;

export interface PhraseFilter {
  readonly phrases: readonly string[];
  readonly exclusions: readonly string[];
}

export interface PhraseResult {
  readonly slices: readonly RowSlice[];
  /** Some articles that hold every part of a phrase were not read: they count as holding it. */
  readonly isUnchecked: boolean;
}

/**
 * Narrows the slices to the rows that hold every phrase and none of the exclusions. Terms give the candidates; where they
 * cannot decide (three characters or more, several words), the folded text does.
 */
export function filterPhrases(
  { phrases, exclusions }: PhraseFilter,
  snapshot: Snapshot,
  space: RowSpace,
  slices: readonly RowSlice[],
): PhraseResult {
  if (phrases.length + exclusions.length === 0) return { slices, isUnchecked: false };
  let narrowed = slices;
  let readsLeft = MAX_READS;
  let isUnchecked = false;
  for (const [index, phrase] of [...phrases, ...exclusions].entries()) {
    let candidates = findCandidates(phrase, space, narrowed);
    if (!isDecidedByTerms(phrase)) {
      if (candidates.length > readsLeft) isUnchecked = true;
      const checked = checkTexts(phrase, candidates, snapshot, space, readsLeft);
      readsLeft -= Math.min(readsLeft, candidates.length);
      candidates = checked;
    }
    narrowed = index < phrases.length ? keepOnly(candidates, space, narrowed) : leaveOut(candidates, space, narrowed);
  }
  return { slices: narrowed, isUnchecked };
}

/** One pair, one character or one word of another script: holding the term is holding the phrase. */
function isDecidedByTerms(phrase: string): boolean {
  const [run, ...others] = runsOf(phrase);
  return (
    run !== undefined && others.length === 0 && run.text.length === phrase.length && (!run.isHan || phrase.length <= 2)
  );
}

/** Places of the live, allowed rows that hold every term of the phrase, up to {@link MAX_TERMS}. */
function findCandidates(phrase: string, space: RowSpace, slices: readonly RowSlice[]): number[] {
  const terms = runsOf(phrase)
    .flatMap((run) => termsOf(run).map(({ key }) => key))
    .slice(0, MAX_TERMS);
  const places: number[] = [];
  for (const [index, segment] of space.segments.entries()) {
    const { from, to, allow } = slices[index] as RowSlice;
    const base = space.base(index);
    for (const row of rowsWithAll(segment, terms, from, to)) {
      if (segment.live?.[row] === 0 || allow?.[row] === 0) continue;
      places.push(base + row);
    }
  }
  return places;
}

/** The rows in [from, to) that hold every term, ascending: the rarest term's rows, thinned by the others. */
function rowsWithAll(segment: SegmentView, terms: readonly TermKey[], from: number, to: number): Uint32Array {
  const [rarest, ...others] = terms
    .map((term) => ({ term, frequency: segment.documentFrequency(term) }))
    .sort((a, b) => a.frequency - b.frequency);
  if (rarest === undefined || from === to) return new Uint32Array(0);
  const first = segment.postings(rarest.term, from, to);
  const kept = first.rows.slice(0, first.count);
  let length = kept.length;
  for (const { term } of others) {
    if (length === 0) break;
    const { rows, count } = segment.postings(term, from, to);
    let keptLength = 0;
    let other = 0;
    for (let index = 0; index < length; index++) {
      const row = kept[index] as number;
      while (other < count && (rows[other] as number) < row) other++;
      if (other < count && rows[other] === row) kept[keptLength++] = row;
    }
    length = keptLength;
  }
  return kept.subarray(0, length);
}

/** Reads the newest `limit` candidates and drops those whose text does not hold the phrase. */
function checkTexts(
  phrase: string,
  candidates: readonly number[],
  snapshot: Snapshot,
  space: RowSpace,
  limit: number,
): number[] {
  const timed = candidates.map((place) => ({
    place,
    atMs: space.at(place, (segment, row) => segment.publishedAtMs[row] as number),
  }));
  if (timed.length > limit) timed.sort((a, b) => (a.atMs === b.atMs ? a.place - b.place : b.atMs > a.atMs ? 1 : -1));
  const holds = createPhraseTest(phrase);
  return timed
    .filter(({ place }, index) => {
      if (index >= limit) return true;
      const [article] = snapshot.articles([space.articleKey(place)]);
      if (article === undefined) return false;
      const { title, body } = article;
      // Most texts hold it as it is; folding one costs more than reading it.
      return holds(title) || holds(body) || holds(fold(title)) || holds(fold(body));
    })
    .map(({ place }) => place);
}

/**
 * Tests whether folded text holds a folded phrase letter for letter, any white space being one space. Where the phrase begins
 * or ends with a letter or digit that is not Chinese, a word of the text must begin or end there too: `art` is not in `party`.
 */
export function createPhraseTest(phrase: string): (folded: string) => boolean {
  const hasSpace = phrase.includes(" ");
  const opensWithWord = unitClassAt(phrase, 0) === WORD;
  const closesWithWord = unitClassAt(phrase, phrase.length - 1) === WORD;
  return (folded) => {
    const text = hasSpace ? folded.replace(/\s+/g, " ") : folded;
    for (let start = text.indexOf(phrase); start >= 0; start = text.indexOf(phrase, start + 1)) {
      const end = start + phrase.length;
      const opens = !opensWithWord || start === 0 || unitClassAt(text, start - 1) !== WORD;
      const closes = !closesWithWord || end === text.length || unitClassAt(text, end) !== WORD;
      if (opens && closes) return true;
    }
    return false;
  };
}

function keepOnly(places: readonly number[], space: RowSpace, slices: readonly RowSlice[]): RowSlice[] {
  const kept = slices.map(({ from, to }, index) => ({
    from,
    to,
    allow: new Uint8Array(space.segments[index]?.rows ?? 0),
  }));
  mark(places, space, kept, 1);
  return kept;
}

function leaveOut(places: readonly number[], space: RowSpace, slices: readonly RowSlice[]): RowSlice[] {
  const kept = slices.map(({ from, to, allow }, index) => ({
    from,
    to,
    allow: allow?.slice() ?? new Uint8Array(space.segments[index]?.rows ?? 0).fill(1),
  }));
  mark(places, space, kept, 0);
  return kept;
}

function mark(
  places: readonly number[],
  space: RowSpace,
  slices: readonly { allow: Uint8Array }[],
  value: 0 | 1,
): void {
  for (const place of places) {
    const index = space.segmentIndexOf(place);
    const slice = slices[index];
    if (slice !== undefined) slice.allow[place - space.base(index)] = value;
  }
}
