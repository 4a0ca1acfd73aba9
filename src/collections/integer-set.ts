/** Fewer make many members stand far from where they are looked for. */
const MIN_SLOTS_PER_MEMBER = 1.5;

/**
 * A set of 32-bit integers for which there is room from the start: an open-addressing hash table in typed arrays, made and asked several
 * times faster than a `Set`. Spreads by the lowest bits, so its members are to be hashes.
 */
export class IntegerSet {
  readonly #members: Int32Array;
  readonly #slots: Int32Array;
  #size = 0;
  /** An empty slot is 0, so that 0 itself stands in none. */
  #hasZero = false;

  /** @param capacity members at most */
  constructor(capacity: number) {
    this.#members = new Int32Array(capacity);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(MIN_SLOTS_PER_MEMBER * capacity + 2)));
  }

  get size(): number {
    return this.#size;
  }

  /** In the order in which they were added. */
  get members(): Int32Array {
    return this.#members.subarray(0, this.#size);
  }

  has(member: number): boolean {
    return member === 0 ? this.#hasZero : this.#slots[this.#slotOf(member)] === member;
  }

  /** @param member a whole number from −2³¹ to 2³¹ − 1 */
  add(member: number): void {
    if (this.has(member)) return;
    if (member === 0) this.#hasZero = true;
    else this.#slots[this.#slotOf(member)] = member;
    this.#members[this.#size++] = member;
  }

  /** How many of some integers are members. */
  countOf(some: Int32Array): number {
    let held = 0;
    for (let at = 0; at < some.length; at++) if (this.has(some[at] as number)) held++;
    return held;
  }

  /** Where a member stands, or would. */
  #slotOf(member: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = member & mask;
    for (;;) {
      const there = slots[slot] as number;
      if (there === 0 || there === member) return slot;
      slot = (slot + 1) & mask;
    }
  }
}
