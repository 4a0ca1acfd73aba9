import { crc32 } from "node:zlib";
import { CHECK_BYTES } from "./layout.ts";

/** At most so many pieces are read at once to be checked. */
const PIECES_PER_READ = 128;

/** Sums up a section piece by piece while it is written. */
export class PieceSums {
  readonly #sums: number[] = [];
  #crc = 0;
  #bytes = 0;

  add(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; ) {
      const part = bytes.subarray(start, start + CHECK_BYTES - this.#bytes);
      this.#crc = crc32(part, this.#crc);
      this.#bytes += part.length;
      start += part.length;
      if (this.#bytes === CHECK_BYTES) this.#close();
    }
  }

  /** One CRC-32 for each piece, the last of which may be short. */
  finish(): readonly number[] {
    if (this.#bytes > 0) this.#close();
    return this.#sums;
  }

  #close(): void {
    this.#sums.push(this.#crc);
    this.#crc = 0;
    this.#bytes = 0;
  }
}

export const pieceCount = (bytes: number): number => Math.ceil(bytes / CHECK_BYTES);

/** The pieces of a file, in shared memory: what one thread has checked no other needs to. */
export interface Pieces {
  readonly sums: Uint32Array;
  /** One byte per piece, 1 = found sound. */
  readonly isSound: Uint8Array;
}

/** Makes pieces of checksums as a file holds them, u32 each. */
export function createPieces(stored: Uint8Array): Pieces {
  const sums = new Uint8Array(new SharedArrayBuffer(stored.length));
  sums.set(stored);
  return { sums: new Uint32Array(sums.buffer), isSound: new Uint8Array(new SharedArrayBuffer(stored.length / 4)) };
}

/** Checks the pieces of a section, each when it is first read. */
export class PieceChecks {
  readonly #pieces: Pieces;
  readonly #first: number;
  readonly #sectionBytes: number;

  /** Checks a section of `sectionBytes` that begins with the piece `first` of the file. */
  constructor(pieces: Pieces, first: number, sectionBytes: number) {
    this.#pieces = pieces;
    this.#first = first;
    this.#sectionBytes = sectionBytes;
  }

  /** Whether all pieces that hold the bytes [from, to) have been found sound. */
  areKnown(from: number, to: number): boolean {
    const { isSound } = this.#pieces;
    const end = this.#first + pieceCount(to);
    for (let piece = this.#first + Math.floor(from / CHECK_BYTES); piece < end; piece++)
      if (isSound[piece] !== 1) return false;
    return true;
  }

  /**
   * False when one of the pieces that hold the bytes [from, to) is not as it was written. `readAt` fills a buffer from an
   * offset of the section; it is called for what has not been checked yet.
   */
  check(from: number, to: number, readAt: (offset: number, target: Uint8Array) => void): boolean {
    const { sums, isSound } = this.#pieces;
    const end = this.#first + pieceCount(to);
    for (let piece = this.#first + Math.floor(from / CHECK_BYTES); piece < end; piece++) {
      if (isSound[piece] === 1) continue;
      const first = piece;
      while (piece + 1 < end && piece - first < PIECES_PER_READ && isSound[piece + 1] === 0) piece++;
      const start = (first - this.#first) * CHECK_BYTES;
      const bytes = Buffer.allocUnsafe(Math.min((piece + 1 - this.#first) * CHECK_BYTES, this.#sectionBytes) - start);
      readAt(start, bytes);
      for (let index = first; index <= piece; index++) {
        const part = bytes.subarray((index - first) * CHECK_BYTES, (index - first + 1) * CHECK_BYTES);
        if (crc32(part) !== sums[index]) return false;
        isSound[index] = 1;
      }
    }
    return true;
  }
}
