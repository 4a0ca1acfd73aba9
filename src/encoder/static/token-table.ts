import { HAN, unitClassAt } from "../../text/runs.ts";
import { wordKey } from "../../text/terms.ts";

/** The longest token of Chinese characters, in UTF-16 units. */
export const MAX_NGRAM_UNITS = 4;

/** What {@link TokenTable.find} returns for a token that the model does not know. */
export const UNKNOWN = -1;

/**
 * The vocabulary as an open-addressing hash table in typed arrays: no string is kept, about 20 bytes a token.
 * A key has 64 bits in two halves:
 *
 *     up to 4 units    high 首<<16 | 次   low 三<<16 | 四   the units themselves, missing ones 0
 *     a longer word    high 0<<16 | hash  low hash | 1      47 bits of hash; a first unit of 0 is in no text run
 *     empty slot       high 0             low 0
 */
export interface TokenTable {
  readonly bytes: number;
  /** Row of the token that stands at [start, end) of folded text, or {@link UNKNOWN}. */
  find(text: string, start: number, end: number): number;
  /** Calls `onRow` for every known n-gram of the Chinese run [start, end). */
  scanNgrams(text: string, start: number, end: number, onRow: (row: number) => void): void;
}

/**
 * @param tokens folded text each, the index is the row
 * @param ngramLengths the lengths, in UTF-16 units, that {@link TokenTable.scanNgrams} looks for, ascending
 * @throws RangeError when a token is empty, stands there twice, or is a Chinese one of more than 4 units
 */
export function createTokenTable(tokens: readonly string[], ngramLengths: readonly number[]): TokenTable {
  const slotBits = Math.max(4, Math.ceil(Math.log2(tokens.length * 2)));
  const slots = 2 ** slotBits;
  const shift = 32 - slotBits;
  const keys = new Uint32Array(slots * 2);
  const rowOfSlot = new Uint32Array(slots);
  /** 1 where a token of three or four units may begin with a pair of units that falls here: spares most of the looking up. */
  const beginsLonger = new Uint8Array(0x10000);
  const [wants1, wants2, wants3, wants4] = [1, 2, 3, 4].map((length) => ngramLengths.includes(length));

  /** The slot of the key, or the empty slot where it belongs. */
  const slotOf = (high: number, low: number): number => {
    let hash = Math.imul(high, 0x9e3779b1) ^ Math.imul(low, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = hash >>> shift;
    while (true) {
      const slotHigh = keys[slot * 2] as number;
      const slotLow = keys[slot * 2 + 1] as number;
      if ((slotHigh === high && slotLow === low) || (slotHigh === 0 && slotLow === 0)) return slot;
      slot = (slot + 1) & (slots - 1);
    }
  };
  const rowOf = (high: number, low: number): number => {
    const slot = slotOf(high, low);
    return keys[slot * 2] === 0 && keys[slot * 2 + 1] === 0 ? UNKNOWN : (rowOfSlot[slot] as number);
  };

  tokens.forEach((token, row) => {
    if (token.length === 0) throw new RangeError(`token ${row} is empty`);
    if (token.length > MAX_NGRAM_UNITS && unitClassAt(token, 0) === HAN)
      throw new RangeError(`token ${row}, “${token}”, is longer than ${MAX_NGRAM_UNITS} UTF-16 units`);
    const { high, low } = tokenKey(token, 0, token.length);
    const slot = slotOf(high, low);
    if (keys[slot * 2] !== 0 || keys[slot * 2 + 1] !== 0)
      throw new RangeError(`token ${row}, “${token}”, is the same as token ${rowOfSlot[slot]}`);
    keys[slot * 2] = high;
    keys[slot * 2 + 1] = low;
    rowOfSlot[slot] = row;
    if (low !== 0) beginsLonger[pairSlot(high)] = 1;
  });

  return {
    bytes: keys.byteLength + rowOfSlot.byteLength + beginsLonger.byteLength,
    find(text, start, end) {
      const { high, low } = tokenKey(text, start, end);
      return rowOf(high, low);
    },
    scanNgrams(text, start, end, onRow) {
      // A unit past the end of the run is 0. A key with a 0 in its last place belongs to a shorter n-gram.
      const unitAt = (index: number): number => (index < end ? text.charCodeAt(index) : 0);
      let [first, second, third] = [unitAt(start), unitAt(start + 1), unitAt(start + 2)];
      for (let index = start; index < end; index++) {
        const fourth = unitAt(index + 3);
        const pair = ((first << 16) | second) >>> 0;
        if (wants1) report(rowOf((first << 16) >>> 0, 0), onRow);
        if (wants2 && second !== 0) report(rowOf(pair, 0), onRow);
        if (third !== 0 && beginsLonger[pairSlot(pair)] === 1) {
          if (wants3) report(rowOf(pair, (third << 16) >>> 0), onRow);
          if (wants4 && fourth !== 0) report(rowOf(pair, ((third << 16) | fourth) >>> 0), onRow);
        }
        first = second;
        second = third;
        third = fourth;
      }
    },
  };
}

const pairSlot = (pair: number): number => Math.imul(pair, 0x9e3779b1) >>> 16;

function report(row: number, onRow: (row: number) => void): void {
  if (row !== UNKNOWN) onRow(row);
}

function tokenKey(text: string, start: number, end: number): { high: number; low: number } {
  const unit = (offset: number): number => (start + offset < end ? text.charCodeAt(start + offset) : 0);
  if (end - start <= MAX_NGRAM_UNITS)
    return { high: ((unit(0) << 16) | unit(1)) >>> 0, low: ((unit(2) << 16) | unit(3)) >>> 0 };
  const { high, low } = wordKey(text, start, end);
  return { high: high & 0xffff, low: (low | 1) >>> 0 };
}
