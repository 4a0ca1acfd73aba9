/** Keys that one writer has given, as few ranges as there were turns of others between. */
export class KeyRanges {
  readonly #ranges: { first: number; last: number }[] = [];

  /** Keys are given in ascending order. */
  add(first: number, last: number): void {
    const before = this.#ranges.at(-1);
    if (before !== undefined && before.last + 1 === first) before.last = last;
    else this.#ranges.push({ first, last });
  }

  has(key: number): boolean {
    return this.#ranges.some(({ first, last }) => key >= first && key <= last);
  }
}
