import { type FoldedText, foldWithOffsets } from "./fold.ts";
import { joinsWords } from "./joins-words.ts";
import { HAN } from "./runs.ts";
import { scanParts, scanUnits } from "./units.ts";

/** UTF-16 offsets [start, end) into the original text. */
export type Range = readonly [start: number, end: number];

/**
 * Finds a query's words in texts as they were published:
 *
 *     query   北京冬奥会开幕式
 *     text    北京冬奧會昨晚開幕，賽會開始…
 *             ╰──────╯    ╰──╯   ╰╯  会开 is in the query too, but both its characters are marked in longer stretches: no mark
 *
 * Stretches of a Chinese word are marked as long as they are; a pair only when it shows a character of the query that no
 * longer stretch shows, and not when it joins the end of one word to the beginning of another. Words of other scripts are marked
 * as units or parts of them; see units.ts.
 */
export interface Highlighter {
  /** Where the words stand in `text`: ascending, not overlapping, never through a character. */
  find(text: string): Range[];
  /** The same of a text that has been folded already. */
  findFolded(text: FoldedText): Range[];
}

/** A stretch of so many units may stand in a text by chance. */
const PAIR = 2;
/** Characters that join a stretch but make none: 国的经 of 中国的经济 is no find in 我国的经验. */
const PARTICLES = new Set("的了吗呢吧");

/** `words` are folded and hold no separators; see search/query.ts. */
export function createHighlighter(words: readonly string[]): Highlighter {
  const hanWords: HanWord[] = [];
  const otherWords = new Set<string>();
  for (const word of words) {
    scanUnits(word, (kind, start, end) => {
      if (kind === HAN) hanWords.push(new HanWord(word.slice(start, end)));
      else otherWords.add(word.slice(start, end));
    });
  }
  const findFolded = (text: FoldedText): Range[] => {
    const ranges = [...findOthers(text.folded, otherWords), ...findHan(text.folded, hanWords)];
    return mergeRanges(ranges.map((range) => toOriginal(range, text)));
  };
  return { find: (text) => findFolded(foldWithOffsets(text)), findFolded };
}

function findOthers(folded: string, words: ReadonlySet<string>): Range[] {
  const ranges: Range[] = [];
  if (words.size === 0) return ranges;
  const mark = (start: number, end: number): void => {
    if (words.has(folded.slice(start, end))) ranges.push([start, end]);
  };
  scanUnits(folded, (kind, start, end) => {
    if (kind === HAN) return;
    mark(start, end);
    scanParts(folded, start, end, mark);
  });
  return ranges;
}

/** A stretch of the text that equals a part of a word, as long as it can be. */
interface Stretch {
  readonly start: number;
  readonly length: number;
  readonly word: number;
  /** Where it begins in the word. */
  readonly wordStart: number;
}

/** Units are told apart by so many of their bits. */
const TOLD_APART = 0xff;

/** A Chinese word of a query, and what is known of it for all texts. */
class HanWord {
  readonly text: string;
  readonly leastCore: number;
  /** By a unit's lowest bits whether the word may hold it: most units of a text are in no word. */
  readonly #mayHold = new Uint8Array(TOLD_APART + 1);
  readonly #joins = new Map<number, boolean>();

  constructor(text: string) {
    this.text = text;
    this.leastCore = Math.min(2, coreLength(text));
    for (let index = 0; index < text.length; index++) this.#mayHold[text.charCodeAt(index) & TOLD_APART] = 1;
  }

  mayHold(unit: number): boolean {
    return this.#mayHold[unit & TOLD_APART] === 1;
  }

  /** See {@link joinsWords}. */
  joinsAt(start: number): boolean {
    const known = this.#joins.get(start) ?? joinsWords(this.text, start);
    this.#joins.set(start, known);
    return known;
  }
}

function findHan(folded: string, words: readonly HanWord[]): Range[] {
  const stretches = words.flatMap((word, index) => findStretches(folded, word, index));
  if (stretches.length === 0) return [];
  stretches.sort((a, b) => b.length - a.length || a.start - b.start);
  // Which characters of each word a longer stretch shows, by the length of that stretch.
  const shown = words.map(({ text }) => new Uint32Array(text.length));
  const ranges: Range[] = [];
  for (const { start, length, word, wordStart } of stretches) {
    const shownBy = shown[word] as Uint32Array;
    const shownUnits = shownBy.subarray(wordStart, wordStart + length);
    if (length === PAIR && shownUnits.every((by) => by > length)) continue;
    if (length === PAIR && isChance(folded, start, words[word] as HanWord, wordStart)) continue;
    for (const [index, by] of shownUnits.entries()) shownUnits[index] = Math.max(by, length);
    ranges.push([start, start + length]);
  }
  return ranges;
}

/** A pair out of a longer word that joins two words, there or in the text: 行降 of 央行降息 in 银行降低 is no find. */
const isChance = (text: string, start: number, word: HanWord, wordStart: number): boolean =>
  word.text.length > PAIR && (word.joinsAt(wordStart) || joinsWords(text, start));

/** Maximal common stretches of a text and a word: of two units or more, or of one where the word is a single one. */
function findStretches(folded: string, word: HanWord, wordIndex: number): Stretch[] {
  const { text, leastCore } = word;
  const least = Math.min(2, text.length);
  const stretches: Stretch[] = [];
  for (let start = 0; start < folded.length; start++) {
    if (!word.mayHold(folded.charCodeAt(start))) continue;
    let longest = 0;
    let longestAt = 0;
    const first = folded.charAt(start);
    for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
      let length = 1;
      while (
        at + length < text.length &&
        start + length < folded.length &&
        text.charCodeAt(at + length) === folded.charCodeAt(start + length)
      )
        length++;
      if (length > longest) {
        longest = length;
        longestAt = at;
      }
    }
    const previous = stretches.at(-1);
    const isInside = previous !== undefined && start + longest <= previous.start + previous.length;
    if (longest >= least && !isInside && coreLength(folded.slice(start, start + longest)) >= leastCore)
      stretches.push({ start, length: longest, word: wordIndex, wordStart: longestAt });
  }
  return stretches;
}

/** Units in a row that are no particle, at most. */
function coreLength(text: string): number {
  let longest = 0;
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    length = PARTICLES.has(text.charAt(index)) ? 0 : length + 1;
    longest = Math.max(longest, length);
  }
  return longest;
}

/** What joins one word to the next and is in neither: white space, hyphens, the dots of names. The fold drops some of it. */
const JOINS = /[\s\p{Pd}·‧・•∙⋅]/u;

/** From offsets into the folded text to the characters they come from. */
function toOriginal([start, end]: Range, { original, offsets }: FoldedText): Range {
  const from = offsets[start] as number;
  const last = offsets[end - 1] as number;
  // One character may fold to several units: the range ends where the next character begins.
  while (end < offsets.length - 1 && (offsets[end] as number) <= last) end++;
  // What was dropped between the two is not marked.
  let to = offsets[end] as number;
  while (to > last + 1 && JOINS.test(original.charAt(to - 1))) to--;
  return [from, to];
}

/** Ascending, with ranges that touch or overlap made one. */
function mergeRanges(ranges: Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of ranges.sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
