import { foldText } from "../../text/fold.ts";
import { SEPARATOR, unitClassAt, WORD } from "../../text/runs.ts";
import { isWordEdge } from "../../text/units.ts";

/** Signs that belong to what they stand beside: C++, C#, 3.5%, -5℃, $100, .NET. */
const SIGN = /[\p{S}#%‰&@*]/u;
/** Signs that do so only before a letter or digit. */
const LEADING_SIGN = /[.\-−]/;

/**
 * What is looked for letter for letter: folded, white space collapsed, without the punctuation at its ends. Undefined where no
 * letter or digit is left.
 */
export function toPhrase(content: string): string | undefined {
  const folded = foldText(content).replace(/\s+/g, " ");
  let start = 0;
  let end = folded.length;
  while (start < end && !opensPhrase(folded, start)) start++;
  while (end > start && !closesPhrase(folded, end - 1)) end--;
  for (let index = start; index < end; index++)
    if (unitClassAt(folded, index) !== SEPARATOR) return folded.slice(start, end).toWellFormed();
  return undefined;
}

const isLetter = (text: string, index: number): boolean => unitClassAt(text, index) !== SEPARATOR;

function opensPhrase(text: string, index: number): boolean {
  if (isLetter(text, index) || SIGN.test(text.charAt(index))) return true;
  return LEADING_SIGN.test(text.charAt(index)) && index + 1 < text.length && isLetter(text, index + 1);
}

const closesPhrase = (text: string, index: number): boolean => isLetter(text, index) || SIGN.test(text.charAt(index));

/** A sign that continues a word: the C of C++ is not the word C. */
const CONTINUES = new Set("+#");

/**
 * Tests whether folded text holds a folded phrase letter for letter, any white space being one space. Where the phrase begins
 * or ends with a letter or digit that is not Chinese, a word of the text must begin or end there too: `art` is not in `party`,
 * and `c` is not in `c++`. A phrase that begins with a sign of its own, such as `.net` or `-5°c`, may follow anything but that sign.
 */
export function createPhraseTest(phrase: string): (folded: string) => boolean {
  const hasSpace = phrase.includes(" ");
  const opensWithWord = unitClassAt(phrase, 0) === WORD;
  const closesWithWord = unitClassAt(phrase, phrase.length - 1) === WORD;
  const closesWithSign = CONTINUES.has(phrase.charAt(phrase.length - 1));
  return (folded) => {
    const text = hasSpace ? folded.replace(/\s+/g, " ") : folded;
    for (let start = text.indexOf(phrase); start >= 0; start = text.indexOf(phrase, start + 1)) {
      const end = start + phrase.length;
      if (opensWithWord && !opensWord(text, start)) continue;
      if (closesWithWord && !closesWord(text, end)) continue;
      if (closesWithSign && text.charAt(end) === phrase.charAt(phrase.length - 1)) continue;
      return true;
    }
    return false;
  };
}

/** Whether a word or number of the text begins here, and not in its midst: 5% is not in 3.5%. */
function opensWord(text: string, start: number): boolean {
  if (start === 0) return true;
  return isWordEdge(text, start) && !isInNumber(text, start - 1);
}

function closesWord(text: string, end: number): boolean {
  if (end >= text.length) return true;
  return isWordEdge(text, end) && !isInNumber(text, end);
}

/** A point or comma between two digits. */
const isInNumber = (text: string, index: number): boolean =>
  ".,".includes(text.charAt(index)) && /\d/.test(text.charAt(index - 1)) && /\d/.test(text.charAt(index + 1));

/** Tests whether folded words stand in folded text within `distance` characters of each other, in any order. */
export function createNearTest(words: readonly string[], distance: number): (folded: string) => boolean {
  return (text) => {
    const places = words.flatMap((word, index) =>
      placesOf(word, text).map((start) => ({ index, start, end: start + word.length })),
    );
    places.sort((a, b) => a.start - b.start);
    // The narrowest window that holds each word: its last place of every word, as the text is read once.
    const last = new Map<number, { start: number; end: number }>();
    for (const place of places) {
      last.set(place.index, place);
      if (last.size < words.length) continue;
      const held = [...last.values()];
      const span = Math.max(...held.map(({ end }) => end)) - Math.min(...held.map(({ start }) => start));
      const letters = words.reduce((sum, word) => sum + word.length, 0);
      if (span - letters <= distance) return true;
    }
    return false;
  };
}

function placesOf(word: string, text: string): number[] {
  const places: number[] = [];
  const opensWithWord = unitClassAt(word, 0) === WORD;
  const closesWithWord = unitClassAt(word, word.length - 1) === WORD;
  for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
    if (opensWithWord && !opensWord(text, start)) continue;
    if (closesWithWord && !closesWord(text, start + word.length)) continue;
    places.push(start);
  }
  return places;
}
