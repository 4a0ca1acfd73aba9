import { REGIONAL_WORDS } from "./fold-data.ts";

/** The fold's last step: words that are written several ways become one. Longest first, from left to right. */

interface FoldedWord {
  readonly from: string;
  /** The same as `from` where the word is kept whole. */
  readonly to: string;
}

const { wordsByFirstUnit, pairFilter } = readWords();

/** Words by their first unit, longest first, and a filter of the unit pairs that begin one (false positives allowed). */
function readWords(): { wordsByFirstUnit: Map<number, FoldedWord[]>; pairFilter: Uint8Array } {
  const wordsByFirstUnit = new Map<number, FoldedWord[]>();
  const pairFilter = new Uint8Array(0x10000);
  for (const entry of REGIONAL_WORDS.split(/\|\n?/)) {
    const gap = entry.lastIndexOf(" ");
    const from = gap < 0 ? entry : entry.slice(0, gap);
    const first = from.charCodeAt(0);
    const sameFirst = wordsByFirstUnit.get(first) ?? [];
    sameFirst.push({ from, to: entry.slice(gap + 1) });
    wordsByFirstUnit.set(first, sameFirst);
    pairFilter[pairSlot(first, from.charCodeAt(1))] = 1;
  }
  for (const words of wordsByFirstUnit.values()) words.sort((a, b) => b.from.length - a.from.length);
  return { wordsByFirstUnit, pairFilter };
}

function pairSlot(first: number, second: number): number {
  return (Math.imul(first, 0x9e35) ^ second) & 0xffff;
}

/** Calls `onWord` for each word that is replaced. `text` has its characters and joints folded. */
export function scanFoldedWords(text: string, onWord: (start: number, word: string, target: string) => void): void {
  let unit = text.charCodeAt(0);
  for (let index = 0; index + 1 < text.length; ) {
    const next = text.charCodeAt(index + 1);
    const found = pairFilter[pairSlot(unit, next)] === 1 ? findWord(text, index, unit) : undefined;
    if (found === undefined) {
      unit = next;
      index++;
      continue;
    }
    if (found.to !== found.from) onWord(index, found.from, found.to);
    index += found.from.length;
    unit = text.charCodeAt(index);
  }
}

function findWord(text: string, index: number, unit: number): FoldedWord | undefined {
  const words = wordsByFirstUnit.get(unit);
  if (words === undefined) return undefined;
  for (const word of words) if (text.startsWith(word.from, index)) return word;
  return undefined;
}
