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
  let [pairCount, longerCount] = [0, 0];
  for (const { length } of tokens) {
    if (length >= 2 && length <= MAX_NGRAM_UNITS) pairCount++;
    if (length > 2) longerCount++;
  }
  const pairs = new UnitPairs(pairCount);
  const longer = new LongerTokens(longerCount);
  const [wants1, wants2, wants3, wants4] = [1, 2, 3, 4].map((length) => ngramLengths.includes(length));

  const rowOf = (high: number, low: number): number => {
    if (low !== 0) return longer.find(high, low);
    return ((high & 0xffff) === 0 ? (ofUnit[high >>> 16] as number) : pairs.find(high) >>> 1) - 1;
  };

  /** Adds a token; returns the row that it has already, or {@link UNKNOWN}. */
  const add = (token: string, row: number): number => {
    const { length } = token;
    if (length === 1) {
      const unit = token.charCodeAt(0);
      const known = ofUnit[unit] as number;
      ofUnit[unit] = row + 1;
      return known - 1;
    }
    if (length === 2) {
      const pair = ((token.charCodeAt(0) << 16) | token.charCodeAt(1)) >>> 0;
      return (pairs.add(pair, (row + 1) * 2) >>> 1) - 1;
    }
    const { high, low } = tokenKey(token, 0, length);
    if (length <= MAX_NGRAM_UNITS) pairs.add(high, 1);
    return longer.add(high, low, row);
  };

  for (let row = 0; row < tokens.length; row++) {
    const token = tokens[row] as string;
    if (token.length === 0) throw new RangeError(`token ${row} is empty`);
    if (token.length > MAX_NGRAM_UNITS && unitClassAt(token, 0) === HAN)
      throw new RangeError(`token ${row}, “${token}”, is longer than ${MAX_NGRAM_UNITS} UTF-16 units`);
    const known = add(token, row);
    if (known !== UNKNOWN) throw new RangeError(`token ${row}, “${token}”, is the same as token ${known}`);
  }

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
class UnitPairs {
  readonly #shift: number;
  readonly #mask: number;
  /** A pair and its bits side by side, so that both lie in one line of the cache; pair 0 where a slot is empty. */
  readonly #slots: Uint32Array;

  /** @param most different pairs */
  constructor(most: number) {
    this.#shift = 32 - slotBitsFor(most, 1 / 3);
    this.#mask = 2 ** (32 - this.#shift) - 1;
    this.#slots = new Uint32Array(2 * (this.#mask + 1));
  }

  get bytes(): number {
    return this.#slots.byteLength;
  }

  /** 0 for a pair that is not there, which is not 0 itself. */
  find(pair: number): number {
    return this.#slots[this.#slotOf(pair) * 2 + 1] as number;
  }

  /** Adds bits to what stands for a pair; returns what stood for it before. */
  add(pair: number, bits: number): number {
    const slot = this.#slotOf(pair);
    const before = this.#slots[slot * 2 + 1] as number;
    this.#slots[slot * 2] = pair;
    this.#slots[slot * 2 + 1] = before | bits;
    return before;
  }

  #slotOf(pair: number): number {
    const slots = this.#slots;
    let slot = Math.imul(pair ^ (pair >>> 15), 0x9e3779b1) >>> this.#shift;
    while (slots[slot * 2] !== pair && slots[slot * 2] !== 0) slot = (slot + 1) & this.#mask;
    return slot;
  }
}

/** Rows by keys of 64 bits whose low half is not 0. */
class LongerTokens {
  readonly #shift: number;
  readonly #mask: number;
  readonly #keys: Uint32Array;
  readonly #rowOfSlot: Int32Array;

  /** @param count of the tokens */
  constructor(count: number) {
    this.#shift = 32 - slotBitsFor(count, 1 / 2);
    this.#mask = 2 ** (32 - this.#shift) - 1;
    this.#keys = new Uint32Array(2 * (this.#mask + 1));
    this.#rowOfSlot = new Int32Array(this.#mask + 1).fill(UNKNOWN);
  }

  get bytes(): number {
    return this.#keys.byteLength + this.#rowOfSlot.byteLength;
  }

  /** The row, or {@link UNKNOWN}. */
  find(high: number, low: number): number {
    return this.#rowOfSlot[this.#slotOf(high, low)] as number;
  }

  /** Adds a key; returns the row that it has already, or {@link UNKNOWN}. */
  add(high: number, low: number, row: number): number {
    const slot = this.#slotOf(high, low);
    const known = this.#rowOfSlot[slot] as number;
    this.#keys[slot * 2] = high;
    this.#keys[slot * 2 + 1] = low;
    this.#rowOfSlot[slot] = row;
    return known;
  }

  /** The slot of the key, or the empty slot where it belongs. */
  #slotOf(high: number, low: number): number {
    const keys = this.#keys;
    let hash = Math.imul(high, 0x9e3779b1) ^ Math.imul(low, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = hash >>> this.#shift;
    while (keys[slot * 2 + 1] !== 0 && (keys[slot * 2] !== high || keys[slot * 2 + 1] !== low))
      slot = (slot + 1) & this.#mask;
    return slot;
  }
}

/** Bits of a slot's number, of which the share `empty` or more are left empty. */
const slotBitsFor = (count: number, empty: number): number =>
  Math.max(4, Math.ceil(Math.log2((count + 1) / (1 - empty))));

function report(row: number, onRow: (row: number) => void): void {
  if (row !== UNKNOWN) onRow(row);
}

function tokenKey(text: string, start: number, end: number): { high: number; low: number } {
  if (end - start <= MAX_NGRAM_UNITS)
    return {
      high: ((unitOf(text, start, end) << 16) | unitOf(text, start + 1, end)) >>> 0,
      low: ((unitOf(text, start + 2, end) << 16) | unitOf(text, start + 3, end)) >>> 0,
    };
  const { high, low } = wordKey(text, start, end);
  return { high: high & 0xffff, low: (low | 1) >>> 0 };
}

const unitOf = (text: string, index: number, end: number): number => (index < end ? text.charCodeAt(index) : 0);
