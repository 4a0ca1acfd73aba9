import { HAN, unitClass, unitClassAt, WORD } from "./runs.ts";
import { UnitReader } from "./unit-reader.ts";
import { mayHaveParts, scanParts, wordAt } from "./units.ts";

/**
 * Keyword terms of folded text. A term is a 64-bit key in two unsigned 32-bit halves, so that an index needs no strings:
 *
 *     Chinese bigram      人工   high 0           low 人<<16 | 工     two UTF-16 units side by side
 *     last of a run       …能    high 0           low 能<<16          so that one character is the prefix of its bigrams
 *     any other unit      gpt4   high bit 31 set  63-bit hash, of each of its parts too (gpt, 4); see units.ts
 *
 * Bigrams find words of two or more characters, and parts of words, without a dictionary; one character is a key range. A query
 * asks for a unit by its own key alone: 3.5% finds no 3 and no 5.
 */
export type OnTerm = (high: number, low: number, start: number, end: number) => void;

/** One term of the keyword index; see {@link scanTerms}. `lastLow` makes it the range of keys [low, lastLow] under one high. */
export interface TermKey {
  readonly high: number;
  readonly low: number;
  readonly lastLow?: number;
}

const WORD_FLAG = 0x80000000;

const reader = new UnitReader();
const keysReader = new UnitReader();
/** More than most texts have. */
const KEPT_TERMS = 4096;

/** Calls `onTerm` for each term of `folded`; `start` and `end` are UTF-16 offsets into it. Units come in order, each before its parts. */
export function scanTerms(folded: string, onTerm: OnTerm): void {
  // Most of a text is Chinese, which is gone through here, without a function for each run.
  const units = reader.read(folded);
  const length = folded.length;
  for (let index = 0; index < length; ) {
    let unit = units[index] as number;
    const kind = unitClass(unit, folded, index);
    if (kind === WORD) {
      let end = index + 1;
      while (end < length && unitClassAt(folded, end) === WORD) end++;
      index = scanWordTerms(folded, index, end, onTerm);
      continue;
    }
    index++;
    if (kind !== HAN) continue;
    for (; index < length; index++) {
      const next = units[index] as number;
      if (unitClass(next, folded, index) !== HAN) break;
      onTerm(0, ((unit << 16) | next) >>> 0, index - 1, index + 1);
      unit = next;
    }
    onTerm(0, (unit << 16) >>> 0, index - 1, index);
  }
}

/** The terms of one text after the other, as {@link scanTerms} gives them, in arrays: that takes half as long as a call for each. */
export class TermKeys {
  /** Both halves by number; only the first {@link count} are those of the text that was read last, and reading may replace the arrays. */
  highs = new Uint32Array(KEPT_TERMS);
  lows = new Uint32Array(KEPT_TERMS);
  count = 0;

  /** Replaces what was read before. */
  read(folded: string): void {
    const units = keysReader.read(folded);
    this.count = 0;
    for (let index = 0; index < folded.length; ) {
      const kind = unitClass(units[index] as number, folded, index);
      let end = index + 1;
      while (end < folded.length && unitClass(units[end] as number, folded, end) === kind) end++;
      if (kind === HAN) this.#addRun(units, index, end);
      if (kind === WORD) end = scanWordTerms(folded, index, end, this.#add);
      index = end;
    }
  }

  #addRun(units: Uint16Array, start: number, end: number): void {
    this.#reserve(end - start);
    const { highs, lows } = this;
    let { count } = this;
    let unit = units[start] as number;
    for (let index = start + 1; index < end; index++) {
      const next = units[index] as number;
      highs[count] = 0;
      lows[count++] = (unit << 16) | next;
      unit = next;
    }
    highs[count] = 0;
    lows[count++] = unit << 16;
    this.count = count;
  }

  readonly #add: OnTerm = (high, low) => {
    this.#reserve(1);
    this.highs[this.count] = high;
    this.lows[this.count++] = low;
  };

  #reserve(more: number): void {
    const wanted = this.count + more;
    if (wanted <= this.lows.length) return;
    this.highs = grown(this.highs, wanted);
    this.lows = grown(this.lows, wanted);
  }
}

function grown(array: Uint32Array<ArrayBuffer>, wanted: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * wanted);
  larger.set(array);
  return larger;
}

/** A character at the end of a run, which stands for no pair. */
export const isLastOfRun = (high: number, low: number): boolean => high === 0 && (low & 0xffff) === 0;

/** The terms of the unit that begins with the letters and digits at [start, runEnd); returns its end. */
function scanWordTerms(folded: string, start: number, runEnd: number, onTerm: OnTerm): number {
  const unit = wordAt(folded, start, runEnd);
  giveWord(folded, unit.start, unit.end, onTerm);
  if (mayHaveParts(folded, unit.start, unit.end))
    scanParts(folded, unit.start, unit.end, (from, to) => giveWord(folded, from, to, onTerm));
  return unit.end;
}

function giveWord(folded: string, start: number, end: number, onTerm: OnTerm): void {
  const { high, low } = wordKey(folded, start, end);
  onTerm(high, low, start, end);
}

/** Two FNV-1a style hashes with a final avalanche (MurmurHash3 fmix32), 63 bits in all. */
export function wordKey(text: string, start: number, end: number): { high: number; low: number } {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let index = start; index < end; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b) + (b >>> 13);
  }
  return { high: (mix(a) | WORD_FLAG) >>> 0, low: mix(b) };
}

function mix(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** The keys of every bigram that begins with one Han unit: `high` is 0, `low` in [first, last]. */
export const unitKeyRange = (unit: number): { first: number; last: number } => ({
  first: (unit << 16) >>> 0,
  last: ((unit << 16) | 0xffff) >>> 0,
});
