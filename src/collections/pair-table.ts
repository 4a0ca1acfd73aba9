/**
 * Numbers pairs of 32-bit halves as they come, from 0 on: an open-addressing hash table in typed arrays, about 16 bytes a pair,
 * where a map with a string or an object for each would fill the heap.
 *
 *     pair ── hash ──► slot ──► number ──► highs[number], lows[number]
 */
export class PairTable {
  /** The halves by number; only the first {@link size} count, and adding may replace the arrays. */
  highs: Uint32Array<ArrayBuffer>;
  lows: Uint32Array<ArrayBuffer>;
  #size = 0;
  #slots: Int32Array<ArrayBuffer>;

  /** @param capacity pairs for which there is room before anything grows */
  constructor(capacity: number) {
    this.highs = new Uint32Array(capacity);
    this.lows = new Uint32Array(capacity);
    this.#slots = emptySlots(2 ** Math.ceil(Math.log2(2 * capacity + 2)));
  }

  /** How many different pairs there are. */
  get size(): number {
    return this.#size;
  }

  /** Takes all pairs out, and keeps the room. */
  clear(): void {
    this.#size = 0;
    this.#slots.fill(-1);
  }

  /** The number of a pair, which is added if need be. Halves are from 0 to 2³² − 1. */
  add(high: number, low: number): number {
    const slot = this.#slotOf(high, low);
    const known = this.#slots[slot] as number;
    return known < 0 ? this.#insert(slot, high, low) : known;
  }

  /** The number of a pair, or −1. */
  find(high: number, low: number): number {
    return this.#slots[this.#slotOf(high, low)] as number;
  }

  /** Where a pair stands, or would. */
  #slotOf(high: number, low: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(high, low) & mask;
    for (;;) {
      const number = slots[slot] as number;
      if (number < 0 || (this.lows[number] === low && this.highs[number] === high)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #insert(slot: number, high: number, low: number): number {
    if (this.#size === this.highs.length) {
      this.highs = doubled(this.highs);
      this.lows = doubled(this.lows);
    }
    const number = this.#size++;
    this.highs[number] = high;
    this.lows[number] = low;
    this.#slots[slot] = number;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  #rehash(): void {
    this.#slots = emptySlots(this.#slots.length * 2);
    for (let number = 0; number < this.#size; number++)
      this.#slots[this.#slotOf(this.highs[number] as number, this.lows[number] as number)] = number;
  }
}

const emptySlots = (count: number): Int32Array<ArrayBuffer> => new Int32Array(count).fill(-1);

/** The same numbers, and room for as many again. */
function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(Math.max(1, array.length * 2));
  grown.set(array);
  return grown;
}

function hash(high: number, low: number): number {
  let value = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  value ^= value >>> 15;
  return Math.imul(value, 0xc2b2ae35) ^ (value >>> 13);
}
