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
  const hanWords: string[] = [];
  const otherWords = new Set<string>();
  for (const word of words) {
    scanUnits(word, (kind, start, end) => {
      if (kind === HAN) hanWords.push(word.slice(start, end));
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

function findHan(folded: string, words: readonly string[]): Range[] {
  const stretches = words.flatMap((word, index) => findStretches(folded, word, index));
  stretches.sort((a, b) => b.length - a.length || a.start - b.start);
  // Which characters of each word a longer stretch shows, by the length of that stretch.
  const shown = words.map((word) => new Uint32Array(word.length));
  const ranges: Range[] = [];
  for (const { start, length, word, wordStart } of stretches) {
    const shownBy = shown[word] as Uint32Array;
    const shownUnits = shownBy.subarray(wordStart, wordStart + length);
    if (length === PAIR && shownUnits.every((by) => by > length)) continue;
    if (length === PAIR && isChance(folded, start, words[word] as string, wordStart)) continue;
    for (const [index, by] of shownUnits.entries()) shownUnits[index] = Math.max(by, length);
    ranges.push([start, start + length]);
  }
  return ranges;
}

/** A pair out of a longer word that joins two words, there or in the text: 行降 of 央行降息 in 银行降低 is no find. */
const isChance = (text: string, start: number, word: string, wordStart: number): boolean =>
  word.length > PAIR && (joinsWords(word, wordStart) || joinsWords(text, start));

/** Maximal common stretches of a text and a word: of two units or more, or of one where the word is a single one. */
function findStretches(folded: string, word: string, wordIndex: number): Stretch[] {
  const least = Math.min(2, word.length);
  const leastCore = Math.min(2, coreLength(word));
  const stretches: Stretch[] = [];
  for (let start = 0; start < folded.length; start++) {
    let longest = 0;
    let longestAt = 0;
    for (let at = word.indexOf(folded.charAt(start)); at >= 0; at = word.indexOf(folded.charAt(start), at + 1)) {
      let length = 1;
      while (
        at + length < word.length &&
        start + length < folded.length &&
        word.charCodeAt(at + length) === folded.charCodeAt(start + length)
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

/** From offsets into the folded text to the characters they come from. */
function toOriginal([start, end]: Range, { offsets }: FoldedText): Range {
  const from = offsets[start] as number;
  const last = offsets[end - 1] as number;
  // One character may fold to several units: the range ends where the next character begins.
  while (end < offsets.length - 1 && (offsets[end] as number) <= last) end++;
  return [from, offsets[end] as number];
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
