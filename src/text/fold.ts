import { CHARACTER_CLASSES, REGIONAL_WORDS } from "./fold-data.ts";

/**
 * The fold: the form in which text is matched, never the form in which it is shown.
 *
 *     ＮＦＫＣ, lower case          ＡＩ → ai
 *     invisible characters dropped  人\u200b工 → 人工
 *     one character per class       軟體 → 软体, 著 → 着
 *     one word per regional family  软体 → 软件, 雪梨 → 悉尼
 *
 * Both scripts of a text fold to the same string. The character step is free of context, so a substring of an article folds
 * to a substring of the folded article; only a regional word cut in half can differ.
 */

/** Bumped whenever a text may fold to something else than before; indexes store it. */
export const FOLD_VERSION = 1;

/** Format controls that carry no text: soft hyphen, zero-width and bidi marks, BOM, variation selectors. */
const INVISIBLE = /\u034f|[\ufe00-\ufe0f]|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

const { bmp, supplementary } = readCharacterClasses();
const { wordsByFirstUnit, pairFilter } = readRegionalWords();

function readCharacterClasses(): { bmp: Uint16Array; supplementary: Map<string, string> } {
  const bmp = new Uint16Array(0x10000);
  const supplementary = new Map<string, string>();
  for (let unit = 0; unit < bmp.length; unit++) bmp[unit] = unit;
  for (const group of CHARACTER_CLASSES.split(/\|\n?/)) {
    const [target, ...members] = group;
    if (target === undefined) continue;
    for (const member of members) {
      if (member.length === 1 && target.length === 1) bmp[member.charCodeAt(0)] = target.charCodeAt(0);
      else supplementary.set(member, target);
    }
  }
  return { bmp, supplementary };
}

interface RegionalWord {
  readonly from: string;
  readonly to: string;
}

/** Words by their first unit, longest first, and a filter of the unit pairs that begin one (false positives allowed). */
function readRegionalWords(): { wordsByFirstUnit: Map<number, RegionalWord[]>; pairFilter: Uint8Array } {
  const wordsByFirstUnit = new Map<number, RegionalWord[]>();
  const pairFilter = new Uint8Array(0x10000);
  for (const entry of REGIONAL_WORDS.split(/\|\n?/)) {
    const gap = entry.lastIndexOf(" ");
    const from = gap < 0 ? entry : entry.slice(0, gap);
    const first = from.charCodeAt(0);
    const sameFirst = wordsByFirstUnit.get(first) ?? [];
    sameFirst.push({ from, to: entry.slice(gap + 1) });
    sameFirst.sort((a, b) => b.from.length - a.from.length);
    wordsByFirstUnit.set(first, sameFirst);
    pairFilter[pairSlot(first, from.charCodeAt(1))] = 1;
  }
  return { wordsByFirstUnit, pairFilter };
}

function pairSlot(first: number, second: number): number {
  return (Math.imul(first, 0x9e35) ^ second) & 0xffff;
}

/** True where some character of `text` is outside the basic plane and may belong to a class. */
const hasSurrogate = (text: string): boolean => /[\ud800-\udfff]/.test(text);

const unitBuffer = new Uint16Array(8192);
const unitBytes = Buffer.from(unitBuffer.buffer);

/** Maps every UTF-16 unit through its class; the length stays. */
function foldUnits(text: string): string {
  let result = "";
  for (let start = 0; start < text.length; start += unitBuffer.length) {
    const length = Math.min(unitBuffer.length, text.length - start);
    for (let index = 0; index < length; index++) unitBuffer[index] = bmp[text.charCodeAt(start + index)] as number;
    result += unitBytes.toString("utf16le", 0, length * 2);
  }
  return result;
}

function foldSupplementary(text: string): string {
  let result = "";
  for (const character of text) result += supplementary.get(character) ?? character;
  return result;
}

/** Calls `onWord` for each regional word that is replaced, from left to right, the longest first at each place. */
function scanRegionalWords(text: string, onWord: (start: number, word: string, target: string) => void): void {
  let unit = text.charCodeAt(0);
  for (let index = 0; index + 1 < text.length; ) {
    const next = text.charCodeAt(index + 1);
    const found =
      pairFilter[pairSlot(unit, next)] === 1
        ? wordsByFirstUnit.get(unit)?.find(({ from }) => text.startsWith(from, index))
        : undefined;
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

function foldRegionalWords(text: string): string {
  let result = "";
  let copied = 0;
  scanRegionalWords(text, (start, word, target) => {
    result += text.substring(copied, start) + target;
    copied = start + word.length;
  });
  return copied === 0 ? text : result + text.substring(copied);
}

/** Folds `text` for matching. Idempotent on its own results except where a fold makes a new regional word. Never throws. */
export const fold = (text: string): string => foldRegionalWords(foldCharacters(text));

/** The fold without its last step: one character per class, but every regional word as it is written. */
export function foldCharacters(text: string): string {
  const normal = text.normalize("NFKC").toLowerCase().replace(INVISIBLE, "");
  return foldUnits(hasSurrogate(normal) ? foldSupplementary(normal) : normal);
}

export interface FoldedText {
  readonly folded: string;
  /** For each UTF-16 unit of `folded`, the UTF-16 offset in the original where it begins; one more entry holds its length. */
  readonly offsets: Uint32Array;
}

/** A base character with the marks that compose with it: the smallest piece that may be normalised alone. */
const CLUSTER = /\P{M}\p{M}*|\p{M}+/gsu;

/** {@link fold}, with the place in the original of every unit. Slower; for snippets and highlights. */
export function foldWithOffsets(text: string): FoldedText {
  let units = "";
  const starts: number[] = [];
  for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
    const normal = cluster.normalize("NFKC").toLowerCase().replace(INVISIBLE, "");
    const piece = foldUnits(hasSurrogate(normal) ? foldSupplementary(normal) : normal);
    for (let unit = 0; unit < piece.length; unit++) starts.push(index);
    units += piece;
  }
  let folded = "";
  const offsets: number[] = [];
  let copied = 0;
  const copyUntil = (end: number): void => {
    folded += units.substring(copied, end);
    for (; copied < end; copied++) offsets.push(starts[copied] ?? 0);
  };
  scanRegionalWords(units, (start, word, target) => {
    copyUntil(start);
    folded += target;
    for (let unit = 0; unit < target.length; unit++) {
      // The last unit of the target stands at the last of the word, so that a highlight of the target covers the word.
      const within = unit === target.length - 1 ? word.length - 1 : Math.min(unit, word.length - 1);
      offsets.push(starts[start + within] ?? 0);
    }
    copied = start + word.length;
  });
  copyUntil(units.length);
  offsets.push(text.length);
  return { folded, offsets: Uint32Array.from(offsets) };
}
