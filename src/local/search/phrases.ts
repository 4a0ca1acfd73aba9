import { createPhraseTest } from "../../search/query/phrase.ts";
import { foldText } from "../../text/fold.ts";
import type { Snapshot, TermKey } from "../read/snapshot.ts";
import type { RowSlice } from "./filter.ts";
import { MatchRule, runsOf, termsOf } from "./keyword-plan.ts";
import type { RowSpace } from "./row-space.ts";

/** Articles that one search reads to check phrases, newest first. Reading one costs from 0.02 to 0.1 ms. */
export const MAX_READS = 5000;

/** Terms of a phrase that are looked up, the rarest; of a longer one the text decides the rest. A row has so many bits. */
const MAX_TERMS = 31;

/** A search for rows that hold terms, whatever these are worth. */
const NO_SCORE = { flat: 1, perTerm: 0, everything: false, chosen: [] } as const;

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
      const checked = checkTexts(candidates, { phrase, limit: readsLeft }, snapshot, space);
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
  const keys = new Map<string, TermKey>();
  for (const run of runsOf(phrase)) for (const { text, key } of termsOf(run)) keys.set(text, key);
  const rule = new MatchRule((2 ** Math.min(MAX_TERMS, keys.size) - 1) | 0, 0, [], 0);
  const places: number[] = [];
  for (const [index, segment] of space.segments.entries()) {
    const { from, to, allow } = slices[index] as RowSlice;
    const rarest = [...keys.values()]
      .map((key) => ({ key, documentFrequency: segment.documentFrequency(key) }))
      .sort((a, b) => a.documentFrequency - b.documentFrequency)
      .slice(0, MAX_TERMS);
    if (from === to || rarest[0]?.documentFrequency === 0) continue;
    const { rows } = segment.matchTerms({
      ...NO_SCORE,
      from,
      to,
      allow,
      terms: rarest.map(({ key }, bit) => ({ key, weight: 0, bits: 1 << bit })),
      rule,
      base: space.base(index),
    });
    for (const place of rows) places.push(place);
  }
  return places;
}

/** Reads the newest `limit` candidates and drops those whose text does not hold the phrase. */
function checkTexts(
  candidates: readonly number[],
  { phrase, limit }: { readonly phrase: string; readonly limit: number },
  snapshot: Snapshot,
  space: RowSpace,
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
      return holds(title) || holds(body) || holds(foldText(title)) || holds(foldText(body));
    })
    .map(({ place }) => place);
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
