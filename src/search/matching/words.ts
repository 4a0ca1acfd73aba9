import { HAN } from "../../text/runs.ts";
import { type TermKey, unitKeyRange, wordKey } from "../../text/terms.ts";
import { scanUnits } from "../../text/units.ts";

/** Longest word of which an article must hold every pair of characters; of a longer one it must hold a share. Other scripts: {@link wordSize}. */
const MAX_WHOLE_WORD_SIZE = 6;

/** Characters that a run of another script counts for in the size of a word. */
const OTHER_RUN_SIZE = 2;

/** Particles, pronouns, question words and measure words of dates: characters that say little alone. */
const LIGHT = new Set("的了是在和与及或之也都就而着吗呢吧呀啊么什怎哪谁这那其被把将对从向于以为有年月日个");

/**
 * English words that say little beside other English words. Alone among Chinese they are names: IS 袭击. WHO, IT, US and names such as
 * May and Will are left out.
 */
const LIGHT_ENGLISH = new Set(
  (
    "a an the and or but of in on at by to for from with into about after before over under between during as if than then " +
    "is are was were be been being has have had do does did that this these those its their his her they he she " +
    "what which when where why how"
  ).split(" "),
);

/** Characters of Chinese numerals: 十一号 is not in 二十一号. */
const NUMERAL = new Set("〇零一二三四五六七八九十百千万亿");

/** A stretch of Chinese, or one unit of another script; see text/units.ts. */
export interface Run {
  readonly isHan: boolean;
  readonly text: string;
}

export function runsOf(folded: string): Run[] {
  const runs: Run[] = [];
  scanUnits(folded, (kind, start, end) => runs.push({ isHan: kind === HAN, text: folded.slice(start, end) }));
  return runs;
}

export interface Term {
  readonly text: string;
  readonly key: TermKey;
}

/** The terms that find a run: pairs of Chinese units, a range of pairs for a single one, or the word. */
export function termsOf({ isHan, text }: Run): Term[] {
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

/** The distinct terms of a word or phrase. */
export const distinctTermsOf = (folded: string): Term[] => [
  ...new Map(
    runsOf(folded)
      .flatMap(termsOf)
      .map((term) => [term.text, term]),
  ).values(),
];

/** Characters of a word, a run of another script counted as two. */
export const wordSize = (word: string): number =>
  runsOf(word).reduce((sum, { isHan, text }) => sum + (isHan ? text.length : OTHER_RUN_SIZE), 0);

/** Whether an article must hold all of the word, and not only a share of it. */
export const isWholeWord = (word: string): boolean => wordSize(word) <= MAX_WHOLE_WORD_SIZE;

/** Shortest Chinese word that may be several words written together, such as 养老院火灾. */
const MIN_COMPOUND_SIZE = 4;

/**
 * Whether a word may be several words written together: where no article holds it in one piece, its pieces are looked for. A name
 * with a numeral is one thing: 神舟二十一号 does not hold 神舟十一号 in pieces.
 */
export function mayBeCompound(word: string): boolean {
  const [run, ...others] = runsOf(word);
  if (run === undefined || others.length > 0 || !run.isHan || run.text.length < MIN_COMPOUND_SIZE) return false;
  return ![...word].some((character) => NUMERAL.has(character));
}

export const isLight = (character: string): boolean => LIGHT.has(character);

/** A word of nothing but light characters: beside others it need not be there. */
export const isLightWord = (word: string): boolean => [...word].every(isLight);

/** Tells the English words that say little among others: none where no other word of Latin letters is beside them. */
export function lightEnglishAmong(words: readonly string[]): (word: string) => boolean {
  const isEnglish = words.some((word) => /^[a-z]{2}/.test(word) && !LIGHT_ENGLISH.has(word));
  return (word) => isEnglish && LIGHT_ENGLISH.has(word);
}

/** Whether holding its terms is holding the word: of one pair, one character or one word of another script. */
export function isDecidedByTerms(folded: string): boolean {
  const [run, ...others] = runsOf(folded);
  if (run === undefined || others.length > 0 || run.text.length !== folded.length) return false;
  return !run.isHan || (run.text.length <= 2 && ![...run.text].every((character) => NUMERAL.has(character)));
}

/** Whether a stretch of text cuts a Chinese numeral in two. */
export function cutsNumeral(text: string, start: number, end: number): boolean {
  const isCutAt = (index: number): boolean =>
    index > 0 && index < text.length && NUMERAL.has(text.charAt(index - 1)) && NUMERAL.has(text.charAt(index));
  return isCutAt(start) || isCutAt(end);
}

/** A term, and how common it is in an archive. */
export interface FoundTerm extends Term {
  /** Articles that hold it; an engine may count some that were replaced. */
  readonly documentFrequency: number;
  readonly idf: number;
}

/** How common terms are in an archive. */
export interface TermStatistics {
  find(term: Term): FoundTerm;
}

/** Inverse document frequency of a term that stands in so many of the articles. */
export const idfOf = (documentFrequency: number, articles: number): number =>
  Math.log(1 + (articles - documentFrequency + 0.5) / (documentFrequency + 0.5));
