import { doubled, PairTable } from "../../collections/pair-table.ts";
import { MAX_FREQUENCY } from "./postings.ts";

/** A term's place fits beside a 32-bit half of its key in the 53 bits of a double, up to this many terms. */
const MAX_PACKED_TERMS = 2 ** 21;

/**
 * Collects the postings of a batch in memory: for each term key a chain of (row, frequency), all in typed arrays. Rows must arrive in ascending order.
 *
 *     key ──► term ──► first entry ─► … ─► last entry
 */
export class TermTable {
  readonly #terms = new PairTable(1 << 14);
  #first = new Uint32Array(1 << 14);
  #last = new Uint32Array(1 << 14);
  #documents = new Uint32Array(1 << 14);
  #rows = new Uint32Array(1 << 16);
  #frequencies = new Uint8Array(1 << 16);
  #next = new Uint32Array(1 << 16);
  #entryCount = 0;

  get terms(): number {
    return this.#terms.size;
  }

  /** Takes everything out, and keeps the room: what is allocated for each batch is collected late, and has to be mapped anew. */
  clear(): void {
    this.#documents.fill(0, 0, this.#terms.size);
    this.#terms.clear();
    this.#entryCount = 0;
  }

  /** Counts `weight` occurrences of a term in `row`. */
  add(high: number, low: number, row: number, weight: number): void {
    const term = this.#terms.add(high, low);
    if (term >= this.#documents.length) this.#growTerms();
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
    const { highs, lows } = this.#terms;
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
      yield { high: highs[term] as number, low: lows[term] as number, packed, count };
    }
  }

  /** Terms in key order. Sorting numbers that end in the term's place is several times faster than comparing by a function. */
  #order(): Uint32Array {
    const { size, highs, lows } = this.#terms;
    if (size > MAX_PACKED_TERMS) return this.#orderByComparing();
    const bigrams = new Float64Array(size);
    const words = new Float64Array(size);
    let bigramCount = 0;
    let wordCount = 0;
    for (let term = 0; term < size; term++) {
      if (highs[term] === 0) bigrams[bigramCount++] = (lows[term] as number) * MAX_PACKED_TERMS + term;
      else words[wordCount++] = (highs[term] as number) * MAX_PACKED_TERMS + term;
    }
    const order = new Uint32Array(size);
    for (const [index, value] of bigrams.subarray(0, bigramCount).sort().entries())
      order[index] = value % MAX_PACKED_TERMS;
    for (const [index, value] of words.subarray(0, wordCount).sort().entries())
      order[bigramCount + index] = value % MAX_PACKED_TERMS;
    this.#orderEqualHighs(order, bigramCount);
    return order;
  }

  #orderByComparing(): Uint32Array {
    const { size, highs, lows } = this.#terms;
    const order = Uint32Array.from({ length: size }, (_, term) => term);
    return order.sort(
      (a, b) => (highs[a] as number) - (highs[b] as number) || (lows[a] as number) - (lows[b] as number),
    );
  }

  /** Words were ordered by the high half alone; the few with equal halves are put in order of the low one. */
  #orderEqualHighs(order: Uint32Array, start: number): void {
    const { highs, lows } = this.#terms;
    for (let index = start + 1; index < order.length; index++) {
      for (let place = index; place > start; place--) {
        const term = order[place] as number;
        const before = order[place - 1] as number;
        if (highs[before] !== highs[term] || (lows[before] as number) < (lows[term] as number)) break;
        order[place] = before;
        order[place - 1] = term;
      }
    }
  }

  #growTerms(): void {
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
