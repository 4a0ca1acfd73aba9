/** Bits of a key that one pass of the sort looks at; its counters fill half of a level-one cache. */
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const PASSES = Math.ceil(32 / DIGIT_BITS);

/**
 * Numbers with a key each, in the order in which they came, to be sorted by key when all are there. They are written one after the other
 * and sorted digit by digit, so that little of it waits for memory: 8 bytes an entry, and as many again once it is sorted.
 */
export class KeyedValues {
  /** A key and its value for each entry; only the first 2 × {@link count} are valid. Adding and sorting may replace the array. */
  entries: Uint32Array<ArrayBuffer>;
  #spare = new Uint32Array(0);
  #count = 0;

  /** @param capacity entries for which there is room before anything grows */
  constructor(capacity: number) {
    this.entries = new Uint32Array(2 * capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** Takes all out, and keeps the room. */
  clear(): void {
    this.#count = 0;
  }

  /** Makes room for `capacity` entries in all. */
  reserve(capacity: number): void {
    if (2 * capacity > this.entries.length) this.#grow(capacity);
  }

  /** Both from 0 to 2³² − 1. */
  add(key: number, value: number): void {
    const at = 2 * this.#count++;
    if (at === this.entries.length) this.#grow(Math.ceil(this.#count * 1.5));
    this.entries[at] = key;
    this.entries[at + 1] = value;
  }

  /** Orders the entries by key; those of one key stay as they came (a radix sort, the lowest digit first). */
  sort(): void {
    const starts = this.#countDigits();
    for (let pass = 0; pass < PASSES; pass++) {
      const ofPass = starts.subarray(pass * DIGITS, (pass + 1) * DIGITS);
      if (toStarts(ofPass, this.#count)) this.#distribute(pass * DIGIT_BITS, ofPass);
    }
  }

  /** How often each digit stands in each place. */
  #countDigits(): Uint32Array {
    const counts = new Uint32Array(PASSES * DIGITS);
    const { entries } = this;
    for (let at = 0; at < 2 * this.#count; at += 2) {
      const key = entries[at] as number;
      for (let pass = 0; pass < PASSES; pass++) {
        const place = pass * DIGITS + ((key >>> (pass * DIGIT_BITS)) & (DIGITS - 1));
        counts[place] = (counts[place] as number) + 1;
      }
    }
    return counts;
  }

  #distribute(shift: number, starts: Uint32Array): void {
    const { entries } = this;
    if (this.#spare.length < entries.length) this.#spare = new Uint32Array(entries.length);
    const target = this.#spare;
    for (let at = 0; at < 2 * this.#count; at += 2) {
      const key = entries[at] as number;
      const digit = (key >>> shift) & (DIGITS - 1);
      const to = starts[digit] as number;
      starts[digit] = to + 2;
      target[to] = key;
      target[to + 1] = entries[at + 1] as number;
    }
    this.entries = target;
    this.#spare = entries;
  }

  #grow(capacity: number): void {
    // What was only sorted in holds nothing by now, and would be too small.
    this.#spare = new Uint32Array(0);
    const larger = new Uint32Array(2 * capacity);
    larger.set(this.entries.subarray(0, 2 * this.#count));
    this.entries = larger;
  }
}

/** Makes of counts where in the entries each begins; false where all of them are one, and nothing is to be moved. */
function toStarts(counts: Uint32Array, total: number): boolean {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit] as number;
    if (count === total) return false;
    counts[digit] = start;
    start += 2 * count;
  }
  return true;
}
