import { PairTable } from "../../collections/pair-table.ts";
import { KeyedValues } from "./keyed-values.ts";
import { MAX_FREQUENCY } from "./postings.ts";

/** The number of a word fits beside a 32-bit half of its key in the 53 bits of a double, up to this many words. */
const MAX_PACKED_WORDS = 2 ** 21;

/** `packed[i]` is row × 64 + frequency, ascending, for i < count; valid until the next call. */
export type OnPostings = (high: number, low: number, packed: Uint32Array, count: number) => void;

/**
 * Collects the postings of a batch in memory, in typed arrays. Rows must arrive in ascending order. Occurrences are written down one after
 * the other and sorted at the end: to keep a list for each term, one would wait for memory at each of them.
 *
 *     high 0, a bigram    low ──────────────────────► (low, row × 64 + weight) …     sorted by low
 *     a word              pair ──► number of word ──► (number, row × 64 + weight) …  sorted by the rank of the word
 */
export class TermTable {
  readonly #bigrams = new KeyedValues(1 << 16);
  readonly #words = new PairTable(1 << 12);
  readonly #wordRows = new KeyedValues(1 << 12);
  #packed = new Uint32Array(1024);

  /** Takes everything out, and keeps the room: what is allocated for each batch is collected late, and has to be mapped anew. */
  clear(): void {
    this.#bigrams.clear();
    this.#words.clear();
    this.#wordRows.clear();
  }

  /** Makes room for as many occurrences of bigrams, so that nothing has to grow while they come. */
  reserve(occurrences: number): void {
    this.#bigrams.reserve(occurrences);
  }

  /** Counts `weight` occurrences of a term in `row`, which is below 2²⁶. */
  add(high: number, low: number, row: number, weight: number): void {
    const value = row * 64 + Math.min(MAX_FREQUENCY, weight);
    if (high === 0) this.#bigrams.add(low, value);
    else this.#wordRows.add(this.#words.add(high, low), value);
  }

  /** Tells the terms in key order, each with its postings. Nothing may be added after that until {@link clear}. */
  takeSorted(onPostings: OnPostings): void {
    this.#bigrams.sort();
    this.#tell(this.#bigrams, (low, count) => onPostings(0, low, this.#packed, count));
    const order = orderOf(this.#words);
    const ranks = new Uint32Array(order.length);
    for (let rank = 0; rank < order.length; rank++) ranks[order[rank] as number] = rank;
    const { entries, count } = this.#wordRows;
    for (let at = 0; at < 2 * count; at += 2) entries[at] = ranks[entries[at] as number] as number;
    this.#wordRows.sort();
    const { highs, lows } = this.#words;
    this.#tell(this.#wordRows, (rank, count) => {
      const word = order[rank] as number;
      onPostings(highs[word] as number, lows[word] as number, this.#packed, count);
    });
  }

  /** Tells each key, with how many postings it has; they stand in `#packed`. */
  #tell({ entries, count }: KeyedValues, onKey: (key: number, count: number) => void): void {
    const end = 2 * count;
    for (let at = 0; at < end; ) {
      const key = entries[at] as number;
      let last = 0;
      let value = entries[at + 1] as number;
      for (at += 2; at < end && entries[at] === key; at += 2) {
        const next = entries[at + 1] as number;
        if (next >>> 6 === value >>> 6) {
          value = Math.min((value | MAX_FREQUENCY) >>> 0, value + (next & MAX_FREQUENCY));
          continue;
        }
        if (last + 1 >= this.#packed.length) this.#growPacked();
        this.#packed[last++] = value;
        value = next;
      }
      this.#packed[last] = value;
      onKey(key, last + 1);
    }
  }

  #growPacked(): void {
    const larger = new Uint32Array(this.#packed.length * 2);
    larger.set(this.#packed);
    this.#packed = larger;
  }
}

/** The numbers of words in key order. Sorting numbers that end in the word's own is several times faster than comparing by a function. */
function orderOf({ size, highs, lows }: PairTable): Uint32Array {
  if (size > MAX_PACKED_WORDS)
    return Uint32Array.from({ length: size }, (_, word) => word).sort(
      (a, b) => (highs[a] as number) - (highs[b] as number) || (lows[a] as number) - (lows[b] as number),
    );
  const packed = Float64Array.from({ length: size }, (_, word) => (highs[word] as number) * MAX_PACKED_WORDS + word);
  const order = Uint32Array.from(packed.sort(), (value) => value % MAX_PACKED_WORDS);
  // They were ordered by the high half alone; the few with equal halves are put in order of the low one.
  for (let index = 1; index < size; index++) {
    for (let place = index; place > 0; place--) {
      const word = order[place] as number;
      const before = order[place - 1] as number;
      if (highs[before] !== highs[word] || (lows[before] as number) < (lows[word] as number)) break;
      order[place] = before;
      order[place - 1] = word;
    }
  }
  return order;
}
