import { MAX_FREQUENCY } from "./postings.ts";

/** A term's place fits beside a 32-bit half of its key in the 53 bits of a double, up to this many terms. */
const MAX_PACKED_TERMS = 2 ** 21;

/**
 * Collects the postings of a batch in memory: an open-addressing hash table from term key to a chain of (row, frequency),
 * all in typed arrays. Rows must arrive in ascending order.
 *
 *     slot ──► term ──► first entry ─► … ─► last entry
 */
export class TermTable {
  #slots = new Int32Array(1 << 16).fill(-1);
  #high = new Uint32Array(1 << 14);
  #low = new Uint32Array(1 << 14);
  #first = new Uint32Array(1 << 14);
  #last = new Uint32Array(1 << 14);
  #documents = new Uint32Array(1 << 14);
  #termCount = 0;
  #rows = new Uint32Array(1 << 16);
  #frequencies = new Uint8Array(1 << 16);
  #next = new Uint32Array(1 << 16);
  #entryCount = 0;

  get terms(): number {
    return this.#termCount;
  }

  /** Counts `weight` occurrences of a term in `row`. */
  add(high: number, low: number, row: number, weight: number): void {
    const term = this.#find(high, low);
    const last = this.#last[term] as number;
    if ((this.#documents[term] as number) > 0) {
      if (this.#rows[last] === row) {
        this.#frequencies[last] = Math.min(MAX_FREQUENCY, (this.#frequencies[last] as number) + weight);
        return;
      }
    }
    if (this.#entryCount === this.#rows.length) this.#growEntries();
    const entry = this.#entryCount++;
    this.#rows[entry] = row;
    this.#frequencies[entry] = Math.min(MAX_FREQUENCY, weight);
    if (this.#documents[term] === 0) this.#first[term] = entry;
    else this.#next[last] = entry;
    this.#last[term] = entry;
    this.#documents[term] = (this.#documents[term] as number) + 1;
  }

  /** The terms in key order, each with its postings as row × 64 + frequency; `packed` is valid until the next step. */
  *sorted(): Generator<{ high: number; low: number; packed: Uint32Array; count: number }> {
    const order = this.#order();
    let packed = new Uint32Array(1024);
    for (const term of order) {
      const count = this.#documents[term] as number;
      if (packed.length < count) packed = new Uint32Array(count * 2);
      let entry = this.#first[term] as number;
      for (let index = 0; index < count; index++) {
        packed[index] = (this.#rows[entry] as number) * 64 + (this.#frequencies[entry] as number);
        entry = this.#next[entry] as number;
      }
      yield { high: this.#high[term] as number, low: this.#low[term] as number, packed, count };
    }
  }

  /** Terms in key order. Sorting numbers that end in the term's place is several times faster than comparing by a function. */
  #order(): Uint32Array {
    if (this.#termCount > MAX_PACKED_TERMS) return this.#orderByComparing();
    const bigrams = new Float64Array(this.#termCount);
    const words = new Float64Array(this.#termCount);
    let bigramCount = 0;
    let wordCount = 0;
    for (let term = 0; term < this.#termCount; term++) {
      if (this.#high[term] === 0) bigrams[bigramCount++] = (this.#low[term] as number) * MAX_PACKED_TERMS + term;
      else words[wordCount++] = (this.#high[term] as number) * MAX_PACKED_TERMS + term;
    }
    const order = new Uint32Array(this.#termCount);
    for (const [index, value] of bigrams.subarray(0, bigramCount).sort().entries())
      order[index] = value % MAX_PACKED_TERMS;
    for (const [index, value] of words.subarray(0, wordCount).sort().entries())
      order[bigramCount + index] = value % MAX_PACKED_TERMS;
    this.#orderEqualHighs(order, bigramCount);
    return order;
  }

  #orderByComparing(): Uint32Array {
    const order = Uint32Array.from({ length: this.#termCount }, (_, term) => term);
    return order.sort(
      (a, b) =>
        (this.#high[a] as number) - (this.#high[b] as number) || (this.#low[a] as number) - (this.#low[b] as number),
    );
  }

  /** Words were ordered by the high half alone; the few with equal halves are put in order of the low one. */
  #orderEqualHighs(order: Uint32Array, start: number): void {
    for (let index = start + 1; index < order.length; index++) {
      for (let place = index; place > start; place--) {
        const term = order[place] as number;
        const before = order[place - 1] as number;
        if (this.#high[before] !== this.#high[term] || (this.#low[before] as number) < (this.#low[term] as number))
          break;
        order[place] = before;
        order[place - 1] = term;
      }
    }
  }

  #find(high: number, low: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(high, low) & mask;
    for (;;) {
      const term = this.#slots[slot] as number;
      if (term < 0) return this.#insert(slot, high, low);
      if (this.#low[term] === low && this.#high[term] === high) return term;
      slot = (slot + 1) & mask;
    }
  }

  #insert(slot: number, high: number, low: number): number {
    if (this.#termCount === this.#high.length) this.#growTerms();
    const term = this.#termCount++;
    this.#high[term] = high;
    this.#low[term] = low;
    this.#slots[slot] = term;
    if (this.#termCount * 2 > this.#slots.length) this.#rehash();
    return term;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = this.#slots.length - 1;
    for (let term = 0; term < this.#termCount; term++) {
      let slot = hash(this.#high[term] as number, this.#low[term] as number) & mask;
      while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = term;
    }
  }

  #growTerms(): void {
    this.#high = doubled(this.#high);
    this.#low = doubled(this.#low);
    this.#first = doubled(this.#first);
    this.#last = doubled(this.#last);
    this.#documents = doubled(this.#documents);
  }

  #growEntries(): void {
    this.#rows = doubled(this.#rows);
    this.#next = doubled(this.#next);
    const frequencies = new Uint8Array(this.#frequencies.length * 2);
    frequencies.set(this.#frequencies);
    this.#frequencies = frequencies;
  }
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(array.length * 2);
  grown.set(array);
  return grown;
}

function hash(high: number, low: number): number {
  let value = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  value ^= value >>> 15;
  return Math.imul(value, 0xc2b2ae35) ^ (value >>> 13);
}
