import { HAN, unitClassAt } from "../../text/runs.ts";
import { wordKey } from "../../text/terms.ts";

/** The longest token of Chinese characters, in UTF-16 units. */
export const MAX_NGRAM_UNITS = 4;

/** What {@link TokenTable.find} returns for a token that the model does not know. */
export const UNKNOWN = -1;

/**
 * The vocabulary as hash tables in typed arrays: no string is kept, about 25 bytes a token. A key has 64 bits in two halves:
 *
 *     up to 4 units    high 首<<16 | 次   low 三<<16 | 四   the units themselves, missing ones 0
 *     a longer word    high 0<<16 | hash  low hash | 1      47 bits of hash; a first unit of 0 is in no text run
 *     empty slot       high 0             low 0
 *
 * Most n-grams of a text are one unit or two, which have tables of their own that a look or two into the cache tells.
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
  /** One more than the row of a token of one unit, or 0. */
  const ofUnit = new Uint32Array(0x10000);
  const pairs = createUnitPairs(tokens.filter(({ length }) => length >= 2 && length <= MAX_NGRAM_UNITS).length);
  const longer = createLongerTokens(tokens.filter(({ length }) => length > 2).length);
  const [wants1, wants2, wants3, wants4] = [1, 2, 3, 4].map((length) => ngramLengths.includes(length));

  const rowOf = (high: number, low: number): number => {
    if (low !== 0) return longer.find(high, low);
    return ((high & 0xffff) === 0 ? (ofUnit[high >>> 16] as number) : pairs.find(high) >>> 1) - 1;
  };

  tokens.forEach((token, row) => {
    if (token.length === 0) throw new RangeError(`token ${row} is empty`);
    if (token.length > MAX_NGRAM_UNITS && unitClassAt(token, 0) === HAN)
      throw new RangeError(`token ${row}, “${token}”, is longer than ${MAX_NGRAM_UNITS} UTF-16 units`);
    const { high, low } = tokenKey(token, 0, token.length);
    const known = rowOf(high, low);
    if (known !== UNKNOWN) throw new RangeError(`token ${row}, “${token}”, is the same as token ${known}`);
    if (low !== 0) {
      longer.add(high, low, row);
      if (token.length <= MAX_NGRAM_UNITS) pairs.add(high, 1);
    } else if ((high & 0xffff) === 0) ofUnit[high >>> 16] = row + 1;
    else pairs.add(high, (row + 1) * 2);
  });

  return {
    bytes: ofUnit.byteLength + pairs.bytes + longer.bytes,
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
        if (wants1) report((ofUnit[first] as number) - 1, onRow);
        const pair = ((first << 16) | second) >>> 0;
        const found = second === 0 ? 0 : pairs.find(pair);
        if (wants2) report((found >>> 1) - 1, onRow);
        if (third !== 0 && (found & 1) === 1) {
          if (wants3) report(longer.find(pair, (third << 16) >>> 0), onRow);
          if (wants4 && fourth !== 0) report(longer.find(pair, ((third << 16) | fourth) >>> 0), onRow);
        }
        first = second;
        second = third;
        third = fourth;
      }
    },
  };
}

/** What stands for two units: twice one more than the row of the token that they are (0: none), and 1 where a longer one begins so. */
interface UnitPairs {
  readonly bytes: number;
  /** 0 for a pair that is not there, which is not 0 itself. */
  find(pair: number): number;
  /** Adds bits to what stands for a pair. */
  add(pair: number, bits: number): void;
}

/** @param most different pairs */
function createUnitPairs(most: number): UnitPairs {
  const shift = 32 - slotBitsFor(most, 1 / 3);
  const mask = 2 ** (32 - shift) - 1;
  /** A pair and its bits side by side, so that both lie in one line of the cache; pair 0 where a slot is empty. */
  const slots = new Uint32Array(2 * (mask + 1));
  const slotOf = (pair: number): number => {
    let slot = Math.imul(pair ^ (pair >>> 15), 0x9e3779b1) >>> shift;
    while (slots[slot * 2] !== pair && slots[slot * 2] !== 0) slot = (slot + 1) & mask;
    return slot;
  };
  return {
    bytes: slots.byteLength,
    find: (pair) => slots[slotOf(pair) * 2 + 1] as number,
    add(pair, bits) {
      const slot = slotOf(pair);
      slots[slot * 2] = pair;
      slots[slot * 2 + 1] = (slots[slot * 2 + 1] as number) | bits;
    },
  };
}

/** Rows by keys of 64 bits whose low half is not 0. */
interface LongerTokens {
  readonly bytes: number;
  /** The row, or {@link UNKNOWN}. */
  find(high: number, low: number): number;
  add(high: number, low: number, row: number): void;
}

/** @param count of the tokens */
function createLongerTokens(count: number): LongerTokens {
  const shift = 32 - slotBitsFor(count, 1 / 2);
  const mask = 2 ** (32 - shift) - 1;
  const keys = new Uint32Array(2 * (mask + 1));
  const rowOfSlot = new Int32Array(mask + 1).fill(UNKNOWN);
  /** The slot of the key, or the empty slot where it belongs. */
  const slotOf = (high: number, low: number): number => {
    let hash = Math.imul(high, 0x9e3779b1) ^ Math.imul(low, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = hash >>> shift;
    while (keys[slot * 2 + 1] !== 0 && (keys[slot * 2] !== high || keys[slot * 2 + 1] !== low))
      slot = (slot + 1) & mask;
    return slot;
  };
  return {
    bytes: keys.byteLength + rowOfSlot.byteLength,
    find: (high, low) => rowOfSlot[slotOf(high, low)] as number,
    add(high, low, row) {
      const slot = slotOf(high, low);
      keys[slot * 2] = high;
      keys[slot * 2 + 1] = low;
      rowOfSlot[slot] = row;
    },
  };
}

/** Bits of a slot's number, of which the share `empty` or more are left empty. */
const slotBitsFor = (count: number, empty: number): number =>
  Math.max(4, Math.ceil(Math.log2((count + 1) / (1 - empty))));

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
