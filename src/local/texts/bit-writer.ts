/** Units for whose codes there is room from the start. */
const KEPT_UNITS = 0x4000;
/** Of a unit: an escape, whose code has up to 24, and 16 more. */
const MOST_BITS = 40;
/** Of the head, the count, and what is begun. */
const SPARE_BYTES = 8;

/** Writes rows of numbers of some bits each, the highest bit first, behind a byte and a count. The room for them is used again. */
export class BitWriter {
  #bytes = new Uint8Array(0);
  #length = 0;
  #held = 0;
  #heldBits = 0;

  /**
   * @param count written first (LEB128); there is room for 40 bits for each of so many
   * @param head a byte before that
   */
  begin(count: number, head: number): void {
    const size = SPARE_BYTES + (MOST_BITS / 8) * Math.max(KEPT_UNITS, count);
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(size);
    this.#bytes[0] = head;
    this.#length = 1;
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

  /** A copy of all since {@link begin}; the last byte is filled up with zeros. */
  finish(): Uint8Array {
    if (this.#heldBits > 0) this.#bytes[this.#length++] = this.#held << (8 - this.#heldBits);
    this.#held = 0;
    this.#heldBits = 0;
    const written = this.#bytes.slice(0, this.#length);
    // One long text does not keep its room for good.
    if (this.#bytes.length > SPARE_BYTES + (MOST_BITS / 8) * KEPT_UNITS) this.#bytes = new Uint8Array(0);
    return written;
  }
}
