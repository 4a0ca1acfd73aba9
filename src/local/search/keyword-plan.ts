import type { ParsedQuery } from "../../search/query.ts";
import { HAN } from "../../text/runs.ts";
import { unitKeyRange, wordKey } from "../../text/terms.ts";
import { scanUnits } from "../../text/units.ts";
import type { RowRule, Snapshot, TermKey } from "../read/snapshot.ts";

/**
 * From words to terms, and the rule by which an article matches them.
 *
 * A word of Chinese is looked up by its pairs of neighbours. Each term has a bit; a row collects the bits of the terms that
 * it holds, and the rule reads nothing but these bits:
 *
 *     word       人  工  智  能  监  管         a pair covers its two characters, so
 *     terms      └b0─┘                          covered = seen | (seen << 1 & joined)
 *                    └b1─┘                      and the pair 能监, which stands in no article,
 *     characters b0  b1  b2  b3  b4  b5         costs nothing: 智能 and 监管 cover both
 */
export interface KeywordPlan {
  /** Distinct; those without bits count for the score alone. */
  readonly terms: readonly PlannedTerm[];
  readonly rule: MatchRule;
  /** Inverse document frequency of each term's text: what a snippet weighs sentences by. */
  readonly weights: ReadonlyMap<string, number>;
}

export interface PlannedTerm {
  readonly key: TermKey;
  readonly documentFrequency: number;
  readonly idf: number;
  readonly bits: number;
}

/** Words of at most so many characters are wanted whole… */
const STRICT_WORD_UNITS = 3;
/** …when the query is nothing but such words, and at most so many. */
const STRICT_WORDS = 5;
/** Bits of a row that terms may take; the one that is left marks rows found by meaning. */
const RULE_BITS = 31;
/** Distinct terms of a query that are looked up at all. */
const MAX_TERMS = 256;
/**
 * Characters that say little alone: particles, pronouns, question words, measure words of dates. In a long word or a
 * sentence they need not be there.
 */
const LIGHT = new Set("的了是在和与及或之也都就而着吗呢吧呀啊么什怎哪谁这那其被把将对从向于以为有年月日个");

/** The share of a sentence's characters (by weight) that make a match: all of up to 4, falling to .3 of 18 and more. */
export function neededShare(characters: number): number {
  return Math.min(1, Math.max(0.3, 1.2 - 0.05 * characters));
}

/** The share that lets an article in when it is among the best by score: half of up to 5 characters, falling to a tenth. */
export function leastShare(characters: number): number {
  return Math.min(0.5, Math.max(0.1, 1.5 / (characters - 2)));
}

interface DraftTerm {
  readonly text: string;
  readonly key: TermKey;
  readonly documentFrequency: number;
  readonly idf: number;
  /** Times it stands in the query. */
  repeats: number;
  bits: number;
}

/** A character (or a whole non-Chinese word) of the query with the terms that cover it. */
interface Cell {
  readonly isLight: boolean;
  readonly idf: number;
}

/** Looks the query's terms up and sets the rule. Phrases add terms to the score; that they match is a filter of its own. */
export function planKeywords({ words, phrases }: ParsedQuery, snapshot: Snapshot): KeywordPlan {
  const rows = snapshot.segments.reduce((sum, segment) => sum + segment.rows, 0);
  const drafts = new Map<string, DraftTerm>();
  const draft = (text: string, key: TermKey): DraftTerm | undefined => {
    let term = drafts.get(text);
    if (term === undefined) {
      if (drafts.size >= MAX_TERMS) return undefined;
      const documentFrequency = Math.min(
        rows,
        snapshot.segments.reduce((sum, segment) => sum + segment.documentFrequency(key), 0),
      );
      const idf = Math.log(1 + (rows - documentFrequency + 0.5) / (documentFrequency + 0.5));
      term = { text, key, documentFrequency, idf, repeats: 0, bits: 0 };
      drafts.set(text, term);
    }
    term.repeats++;
    return term;
  };
  const wordTerms = words.map((word) =>
    runsOf(word).map((run) => termsOf(run).map(({ text, key }) => draft(text, key))),
  );
  for (const phrase of phrases)
    for (const run of runsOf(phrase)) for (const { text, key } of termsOf(run)) draft(text, key);
  const rule = layOut(words, wordTerms) ?? layOutLong([...drafts.values()], wordTerms);
  return {
    terms: [...drafts.values()].map(({ key, documentFrequency, idf, bits }) => ({ key, documentFrequency, idf, bits })),
    rule,
    weights: new Map([...drafts.values()].map(({ text, idf }) => [text, idf])),
  };
}

interface Run {
  readonly isHan: boolean;
  readonly text: string;
}

export function runsOf(folded: string): Run[] {
  const runs: Run[] = [];
  scanUnits(folded, (kind, start, end) => runs.push({ isHan: kind === HAN, text: folded.slice(start, end) }));
  return runs;
}

/** The terms that find a run: pairs of Chinese units, a range of pairs for a single one, or the word. */
export function termsOf({ isHan, text }: Run): { text: string; key: TermKey }[] {
  if (!isHan) return [{ text, key: wordKey(text, 0, text.length) }];
  if (text.length === 1) {
    const { first, last } = unitKeyRange(text.charCodeAt(0));
    return [{ text, key: { high: 0, low: first, lastLow: last } }];
  }
  return Array.from({ length: text.length - 1 }, (_, index) => ({
    text: text.slice(index, index + 2),
    key: { high: 0, low: ((text.charCodeAt(index) << 16) | text.charCodeAt(index + 1)) >>> 0 },
  }));
}

type WordTerms = readonly (readonly (DraftTerm | undefined)[])[];

/** A bit per character; undefined when there are more characters than bits. */
function layOut(words: readonly string[], wordTerms: readonly WordTerms[]): MatchRule | undefined {
  const isStrict = words.length <= STRICT_WORDS && words.every((word) => wordSize(word) <= STRICT_WORD_UNITS);
  let must = 0;
  let joined = 0;
  const cells: Cell[] = [];
  for (const [index, word] of words.entries()) {
    for (const [runIndex, { isHan, text }] of runsOf(word).entries()) {
      const terms = wordTerms[index]?.[runIndex] ?? [];
      const units = isHan ? text.length : 1;
      if (cells.length + units > RULE_BITS || terms.includes(undefined)) return undefined;
      for (let unit = 0; unit < units; unit++) {
        const bit = cells.length;
        const term = terms[unit];
        const before = unit > 0 ? terms[unit - 1] : undefined;
        if (term !== undefined) {
          term.bits |= 1 << bit;
          if (isStrict) must |= 1 << bit;
        }
        if (before !== undefined) joined |= 1 << bit;
        // The commoner of two pairs is more likely the word; the rarer one may be an accident of neighbours.
        const idf = Math.min(term?.idf ?? Number.POSITIVE_INFINITY, before?.idf ?? Number.POSITIVE_INFINITY);
        cells.push({ isLight: isStrict || (isHan && LIGHT.has(text.charAt(unit))), idf });
      }
    }
  }
  const heavy = cells.filter(({ isLight }) => !isLight);
  const isAllLight = heavy.length === 0 && must === 0;
  const weights = cells.map(({ isLight, idf }) => (isLight && !isAllLight ? 0 : idf));
  return new MatchRule(must, joined, weights, isAllLight ? cells.length : heavy.length);
}

/** Characters of a word, a run of another script counted as two. */
function wordSize(word: string): number {
  return runsOf(word).reduce((sum, { isHan, text }) => sum + (isHan ? text.length : 2), 0);
}

/** A bit for each of the most telling terms: those that are rare in the archive and repeated in the query. */
function layOutLong(drafts: readonly DraftTerm[], wordTerms: readonly WordTerms[]): MatchRule {
  for (const term of drafts) term.bits = 0;
  const ofWords = new Set(wordTerms.flat(2));
  const telling = drafts
    .filter((term) => ofWords.has(term) && term.documentFrequency > 0)
    .toSorted((a, b) => b.repeats * b.idf - a.repeats * a.idf)
    .slice(0, RULE_BITS);
  for (const [bit, term] of telling.entries()) term.bits = 1 << bit;
  // None of the words stands anywhere: a bit that no row has.
  if (telling.length === 0) return new MatchRule(1, 0, [], 0);
  return new MatchRule(
    0,
    0,
    telling.map(({ idf }) => idf),
    telling.length,
  );
}

/** For each of the four bytes of a row's bits the weight of its 256 values. */
function sumTables(weights: readonly number[]): Int32Array {
  const tables = new Int32Array(4 * 256);
  for (let byte = 0; byte < 4; byte++) {
    const table = tables.subarray(byte * 256, (byte + 1) * 256);
    for (let bits = 1; bits < 256; bits++) {
      const lowest = 31 - Math.clz32(bits & -bits);
      table[bits] = (table[bits & (bits - 1)] as number) + (weights[byte * 8 + lowest] ?? 0);
    }
  }
  return tables;
}

/** Whether the bits of a row are enough; what weighs are its characters, in thousandths. */
export class MatchRule implements RowRule {
  readonly must: number;
  /** Characters that the term before them covers too. */
  readonly joined: number;
  readonly tables: Int32Array;
  /** 0 when the `must` bits decide alone. */
  readonly needed: number;
  readonly least: number;

  /** `weights[i]` is the weight of character i; none counts more than the median, so that a misprint cannot decide alone. */
  constructor(must: number, joined: number, weights: readonly number[], characters: number) {
    const positive = weights.filter((weight) => weight > 0).sort((a, b) => a - b);
    const median = positive[positive.length >> 1] ?? 0;
    const thousandths = weights.map((weight) => Math.ceil(1000 * Math.min(weight, median)));
    this.must = must;
    this.joined = joined;
    const all = thousandths.reduce((sum, weight) => sum + weight, 0);
    this.needed = Math.ceil(neededShare(characters) * all);
    this.least = Math.ceil(leastShare(characters) * all);
    this.tables = sumTables(thousandths);
  }

  /** True when nothing is wanted: the filters decide alone. */
  get takesAll(): boolean {
    return this.must === 0 && this.needed === 0;
  }

  /** True when the query is more than a few short words: then the best articles match too, though they hold less of it. */
  get takesBest(): boolean {
    return this.needed > 0;
  }
}
