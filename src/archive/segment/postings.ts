/**
 * The postings of one term: rows ascending, with how often the term stands in each.
 *
 *     skips:   for every BLOCK_POSTINGS postings after the first block: row before the block u32, byte offset in body u32
 *     body:    per posting a varint of (row − previous row) × 2 + (frequency > 1), then one byte of frequency where > 1
 *
 * The first posting counts from row −1. Skips let a reader that wants only rows of a date range begin near them.
 */
export const BLOCK_POSTINGS = 1024;
const SKIP_BYTES = 8;
export const MAX_FREQUENCY = 63;

const skipCount = (documentFrequency: number): number => Math.floor((documentFrequency - 1) / BLOCK_POSTINGS);

/** Appends postings to a growing buffer. */
export class PostingsEncoder {
  #bytes = Buffer.allocUnsafe(1 << 16);

  /**
   * Encodes one term. `packed[i]` is row × 64 + frequency, ascending, for i < count. Returns the bytes, valid until the next call.
   */
  encode(packed: Uint32Array, count: number): Buffer {
    const skips = skipCount(count);
    this.#reserve(skips * SKIP_BYTES + count * 6);
    const bytes = this.#bytes;
    const bodyStart = skips * SKIP_BYTES;
    let position = bodyStart;
    let previous = -1;
    for (let index = 0; index < count; index++) {
      if (index > 0 && index % BLOCK_POSTINGS === 0) {
        const skip = (index / BLOCK_POSTINGS - 1) * SKIP_BYTES;
        bytes.writeUInt32LE(previous, skip);
        bytes.writeUInt32LE(position - bodyStart, skip + 4);
      }
      const value = packed[index] as number;
      const row = value >>> 6;
      const frequency = value & MAX_FREQUENCY;
      let rest = (row - previous) * 2 + (frequency > 1 ? 1 : 0);
      previous = row;
      while (rest >= 0x80) {
        bytes[position++] = (rest & 0x7f) | 0x80;
        rest = Math.floor(rest / 128);
      }
      bytes[position++] = rest;
      if (frequency > 1) bytes[position++] = frequency;
    }
    return bytes.subarray(0, position);
  }

  #reserve(bytes: number): void {
    if (this.#bytes.length < bytes) this.#bytes = Buffer.allocUnsafe(Math.max(bytes, this.#bytes.length * 2));
  }
}

/** Where the decoder puts what it reads; grows as needed. */
export interface PostingsTarget {
  rows: Uint32Array;
  frequencies: Uint8Array;
  count: number;
}

export const createPostingsTarget = (capacity = 1024): PostingsTarget => ({
  rows: new Uint32Array(capacity),
  frequencies: new Uint8Array(capacity),
  count: 0,
});

/** Decodes the postings of rows in [from, to) into `target`. */
export function decodePostings(
  bytes: Uint8Array,
  documentFrequency: number,
  from: number,
  to: number,
  target: PostingsTarget,
): void {
  if (target.rows.length < documentFrequency) {
    target.rows = new Uint32Array(Math.ceil(documentFrequency * 1.25));
    target.frequencies = new Uint8Array(target.rows.length);
  }
  const { rows, frequencies } = target;
  const skips = skipCount(documentFrequency);
  const bodyStart = skips * SKIP_BYTES;
  let position = bodyStart;
  let row = -1;
  let remaining = documentFrequency;
  if (from > 0 && skips > 0) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bodyStart);
    let low = 0;
    let high = skips;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (view.getUint32(middle * SKIP_BYTES, true) < from) low = middle + 1;
      else high = middle;
    }
    if (low > 0) {
      row = view.getUint32((low - 1) * SKIP_BYTES, true);
      position = bodyStart + view.getUint32((low - 1) * SKIP_BYTES + 4, true);
      remaining -= low * BLOCK_POSTINGS;
    }
  }
  let count = 0;
  for (; remaining > 0; remaining--) {
    let value = bytes[position++] as number;
    if (value >= 0x80) {
      value &= 0x7f;
      let scale = 128;
      let next: number;
      do {
        next = bytes[position++] as number;
        value += (next & 0x7f) * scale;
        scale *= 128;
      } while (next >= 0x80);
    }
    const frequency = value & 1 ? (bytes[position++] as number) : 1;
    row += value >>> 1;
    if (row >= to) break;
    if (row < from) continue;
    rows[count] = row;
    frequencies[count++] = frequency;
  }
  target.count = count;
}
