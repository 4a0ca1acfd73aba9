import { partitionPoint } from "../../collections/partition-point.ts";

/**
 * The postings of one term: rows ascending, with how often the term stands in each.
 *
 *     skips:   for every BLOCK_POSTINGS postings after the first block: row before the block u32, byte offset in body u32
 *     body:    per posting a varint of (row − previous row) × 2 + (frequency > 1), then one byte of frequency where > 1
 *
 * The first posting counts from row −1. Skips let a reader that wants only rows of a date range begin near them.
 */
export const BLOCK_POSTINGS = 1024;
export const SKIP_BYTES = 8;
export const MAX_FREQUENCY = 63;

/** Skips of a term that stands in so many rows. */
export const skipCount = (documentFrequency: number): number => Math.floor((documentFrequency - 1) / BLOCK_POSTINGS);

/** A part of a term's postings: whole blocks. */
export interface PostingsPart {
  /** Bytes [start, end) of the body. */
  readonly start: number;
  readonly end: number;
  /** Postings from `start` to the end of the part. */
  readonly count: number;
  /** The row that the first of them counts from. */
  readonly row: number;
}

/**
 * The blocks that hold all postings of the rows in [from, to), by the skips of a term. `bytes` are those of its skips and
 * its body together.
 */
export function postingsPart(
  skips: Uint8Array,
  { documentFrequency, bytes }: { readonly documentFrequency: number; readonly bytes: number },
  { from, to }: { readonly from: number; readonly to: number },
): PostingsPart {
  const blocks = skipCount(documentFrequency);
  const view = new DataView(skips.buffer, skips.byteOffset, blocks * SKIP_BYTES);
  /** How many blocks after the first begin behind a row below `wanted`. */
  const blocksBefore = (wanted: number): number =>
    partitionPoint(0, blocks, (block) => view.getUint32(block * SKIP_BYTES, true) < wanted);
  const first = blocksBefore(from);
  // The block after the last one wanted begins behind a row that is not below the last wanted row.
  const last = blocksBefore(to - 1);
  const skip = (block: number): { row: number; byte: number } =>
    block === 0
      ? { row: -1, byte: 0 }
      : {
          row: view.getUint32((block - 1) * SKIP_BYTES, true),
          byte: view.getUint32((block - 1) * SKIP_BYTES + 4, true),
        };
  return {
    start: skip(first).byte,
    end: last < blocks ? skip(last + 1).byte : bytes - blocks * SKIP_BYTES,
    count: Math.min(documentFrequency, (last + 1) * BLOCK_POSTINGS) - first * BLOCK_POSTINGS,
    row: skip(first).row,
  };
}

/** Encodes terms one behind the other into a growing buffer. */
export class PostingsEncoder {
  #bytes = Buffer.allocUnsafe(1 << 16);
  #length = 0;

  /** Bytes that {@link take} would give. */
  get length(): number {
    return this.#length;
  }

  /** Encodes one term. `packed[i]` is row × 64 + frequency, ascending, for i < count; count ≥ 1. Returns how many bytes it takes. */
  append(packed: Uint32Array, count: number): number {
    const skips = skipCount(count);
    this.#reserve(skips * SKIP_BYTES + count * 6);
    const bytes = this.#bytes;
    const start = this.#length;
    const bodyStart = start + skips * SKIP_BYTES;
    let position = bodyStart;
    let previous = -1;
    for (let index = 0; index < count; index++) {
      if (index > 0 && index % BLOCK_POSTINGS === 0) {
        const skip = start + (index / BLOCK_POSTINGS - 1) * SKIP_BYTES;
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
        rest >>>= 7;
      }
      bytes[position++] = rest;
      if (frequency > 1) bytes[position++] = frequency;
    }
    this.#length = position;
    return position - start;
  }

  /** What was encoded since the last time; valid until the next term. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#length + bytes, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
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

/** Decodes all postings of a term that begin at `start`, each as row × 64 + frequency. `packed` has room for them. */
export function unpackPostings(bytes: Uint8Array, start: number, documentFrequency: number, packed: Uint32Array): void {
  let position = start + skipCount(documentFrequency) * SKIP_BYTES;
  let row = -1;
  for (let index = 0; index < documentFrequency; index++) {
    let value = bytes[position++] as number;
    for (let shift = 7, last = value; last >= 0x80; shift += 7) {
      last = bytes[position++] as number;
      // The bit that says that more follow is taken away again.
      value = value - 2 ** shift + last * 2 ** shift;
    }
    const frequency = value & 1 ? (bytes[position++] as number) : 1;
    row += value >>> 1;
    packed[index] = row * 64 + frequency;
  }
}

/** Decodes the postings of rows in [from, to) into `target`. */
export function decodePostings(
  bytes: Uint8Array,
  documentFrequency: number,
  { from, to }: { readonly from: number; readonly to: number },
  target: PostingsTarget,
): void {
  if (target.rows.length < documentFrequency) {
    target.rows = new Uint32Array(Math.ceil(documentFrequency * 1.25));
    target.frequencies = new Uint8Array(target.rows.length);
  }
  const { rows, frequencies } = target;
  const bodyStart = skipCount(documentFrequency) * SKIP_BYTES;
  const part =
    from === 0
      ? { start: 0, count: documentFrequency, row: -1 }
      : postingsPart(bytes, { documentFrequency, bytes: bytes.length }, { from, to });
  let position = bodyStart + part.start;
  let { row, count: remaining } = part;
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
