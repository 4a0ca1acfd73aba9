/** Bits of a key that one pass of the sort looks at; its counters fill half of a level-one cache. */
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const PASSES = Math.ceil(32 / DIGIT_BITS);

/**
 * Numbers with a key each, in the order in which they came, to be sorted by key when all are there. Both are written one after the other
 * and sorted digit by digit, so that little of it waits for memory: 8 bytes an entry, and as many again once it is sorted.
 */
export class KeyedValues {
  /** Only the first {@link count} are valid; adding and sorting may replace the arrays. All from 0 to 2³² − 1. */
  keys: Uint32Array<ArrayBuffer>;
  values: Uint32Array<ArrayBuffer>;
  #spareKeys = new Uint32Array(0);
  #spareValues = new Uint32Array(0);
  #count = 0;

  /** @param capacity entries for which there is room before anything grows, at least 1 */
  constructor(capacity: number) {
    this.keys = new Uint32Array(capacity);
    this.values = new Uint32Array(capacity);
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
    if (capacity > this.keys.length) this.#grow(capacity);
  }

  add(key: number, value: number): void {
    if (this.#count === this.keys.length) this.#grow(Math.ceil(this.keys.length * 1.5) + 1);
    this.keys[this.#count] = key;
    this.values[this.#count++] = value;
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
    const { keys } = this;
    for (let index = 0; index < this.#count; index++) {
      const key = keys[index] as number;
      for (let pass = 0; pass < PASSES; pass++) {
        const place = pass * DIGITS + ((key >>> (pass * DIGIT_BITS)) & (DIGITS - 1));
        counts[place] = (counts[place] as number) + 1;
      }
    }
    return counts;
  }

  #distribute(shift: number, starts: Uint32Array): void {
    const { keys, values } = this;
    if (this.#spareKeys.length < keys.length) {
      this.#spareKeys = new Uint32Array(keys.length);
      this.#spareValues = new Uint32Array(keys.length);
    }
    const toKeys = this.#spareKeys;
    const toValues = this.#spareValues;
    for (let index = 0; index < this.#count; index++) {
      const key = keys[index] as number;
      const digit = (key >>> shift) & (DIGITS - 1);
      const to = starts[digit] as number;
      starts[digit] = to + 1;
      toKeys[to] = key;
      toValues[to] = values[index] as number;
    }
    this.keys = toKeys;
    this.values = toValues;
    this.#spareKeys = keys;
    this.#spareValues = values;
  }

  #grow(capacity: number): void {
    // What was only sorted in holds nothing by now, and would be too small.
    this.#spareKeys = new Uint32Array(0);
    this.#spareValues = new Uint32Array(0);
    this.keys = grown(this.keys, this.#count, capacity);
    this.values = grown(this.values, this.#count, capacity);
  }
}

/** Makes of counts where each begins; false where all of them are one, and nothing is to be moved. */
function toStarts(counts: Uint32Array, total: number): boolean {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit] as number;
    if (count === total) return false;
    counts[digit] = start;
    start += count;
  }
  return true;
}

/** The first `count` numbers, and room for `capacity`. */
function grown(array: Uint32Array<ArrayBuffer>, count: number, capacity: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(capacity);
  larger.set(array.subarray(0, count));
  return larger;
}
