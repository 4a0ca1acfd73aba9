import { REGIONAL_WORDS } from "./fold-data.ts";
import { UnitReader } from "./unit-reader.ts";

/** The fold's last step: words that are written several ways become one. Longest first, from left to right. */

interface FoldedWord {
  readonly from: string;
  /** The same as `from` where the word is kept whole. */
  readonly to: string;
}

/** Slots for the pairs of units that begin words, several times as many as there are. */
const SLOTS = 1 << 13;

/**
 * Every unit of every text is looked at, and hardly any begins a word:
 *
 *     pairFilter[hash]           1 where the first two units of a word have the hash, and few others
 *     pairs[slot], words[slot]   open addressing: the first two units as one number, and the words that begin so, longest first
 */
const { pairFilter, pairs, words } = readWords();
const reader = new UnitReader();

function readWords(): { pairFilter: Uint8Array; pairs: Uint32Array; words: (readonly FoldedWord[])[] } {
  const pairFilter = new Uint8Array(0x10000);
  const pairs = new Uint32Array(SLOTS);
  const byPair = new Map<number, FoldedWord[]>();
  for (const entry of REGIONAL_WORDS.split(/\|\n?/)) {
    const gap = entry.lastIndexOf(" ");
    const from = gap < 0 ? entry : entry.slice(0, gap);
    pairFilter[hashOf(from.charCodeAt(0), from.charCodeAt(1))] = 1;
    const pair = pairOf(from.charCodeAt(0), from.charCodeAt(1));
    const samePair = byPair.get(pair) ?? [];
    samePair.push({ from, to: entry.slice(gap + 1) });
    byPair.set(pair, samePair);
  }
  const words: (readonly FoldedWord[])[] = Array.from({ length: SLOTS }, () => []);
  for (const [pair, samePair] of byPair) {
    let slot = slotOf(pair);
    while (pairs[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    pairs[slot] = pair;
    words[slot] = samePair.sort((a, b) => b.from.length - a.from.length);
  }
  return { pairFilter, pairs, words };
}

/** Never 0, which stands in free slots: no word begins with that unit. */
function pairOf(first: number, second: number): number {
  return ((first << 16) | second) >>> 0;
}

function hashOf(first: number, second: number): number {
  return (Math.imul(first, 0x9e35) ^ second) & 0xffff;
}

function slotOf(pair: number): number {
  return Math.imul(pair, 0x9e3779b1) >>> 19;
}

/** Calls `onWord` for each word that is replaced. `text` has its characters and joints folded. */
export function scanFoldedWords(text: string, onWord: (start: number, word: string, target: string) => void): void {
  const units = reader.read(text);
  let index = nextPair(units, 0, text.length);
  while (index < text.length) {
    const found = findWord(text, index, pairOf(units[index] as number, units[index + 1] as number));
    if (found !== undefined && found.to !== found.from) onWord(index, found.from, found.to);
    index = nextPair(units, index + (found?.from.length ?? 1), text.length);
  }
}

/** The next place from `start` on at which a word may begin; `end` where there is none. */
function nextPair(units: Uint16Array, start: number, end: number): number {
  let unit = units[start] as number;
  for (let index = start; index + 1 < end; index++) {
    const next = units[index + 1] as number;
    if (pairFilter[hashOf(unit, next)] === 1) return index;
    unit = next;
  }
  return end;
}

/** The longest word that begins at `index`, where a pair stands. */
function findWord(text: string, index: number, pair: number): FoldedWord | undefined {
  for (let slot = slotOf(pair); pairs[slot] !== 0; slot = (slot + 1) & (SLOTS - 1)) {
    if (pairs[slot] !== pair) continue;
    for (const word of words[slot] as readonly FoldedWord[]) if (standsAt(text, index, word.from)) return word;
    return undefined;
  }
  return undefined;
}

/** Whether a word stands at `index`, of which the first two units are known to. */
function standsAt(text: string, index: number, word: string): boolean {
  if (index + word.length > text.length) return false;
  for (let unit = 2; unit < word.length; unit++)
    if (text.charCodeAt(index + unit) !== word.charCodeAt(unit)) return false;
  return true;
}
