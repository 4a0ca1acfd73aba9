/** Writes numbers of some bits each, the highest bit first, behind a count. */
export class BitWriter {
  readonly #bytes: Uint8Array;
  #length = 0;
  #held = 0;
  #heldBits = 0;

  /** @param count written first (LEB128); there is room for 40 bits for each of so many */
  constructor(count: number) {
    this.#bytes = new Uint8Array(8 + 5 * count);
    let rest = count;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  /** @param bits up to 24 */
  write(value: number, bits: number): void {
    // Up to 7 bits are held, so 32 are enough.
    const all = (this.#held << bits) | value;
    let left = this.#heldBits + bits;
    while (left >= 8) {
      left -= 8;
      this.#bytes[this.#length++] = all >>> left;
    }
    this.#held = all & ((1 << left) - 1);
    this.#heldBits = left;
  }

  /** All of it; the last byte is filled up with zeros. */
  finish(): Uint8Array {
    if (this.#heldBits > 0) this.#bytes[this.#length++] = this.#held << (8 - this.#heldBits);
    this.#heldBits = 0;
    return this.#bytes.slice(0, this.#length);
  }
}
