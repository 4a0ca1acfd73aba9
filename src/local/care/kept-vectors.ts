import { createHash } from "node:crypto";
import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";

/** What the vectors of a segment were made from and by: those of another maker, or of other rows, are of no use. */
export interface KeptFor {
  readonly maker: string;
  readonly keys: Uint32Array;
  /** Of the code and of the record of one row. */
  readonly codeBytes: number;
  readonly recordBytes: number;
}

const HASH_BYTES = 32;

/**
 * Vectors of a segment that a reindex has made so far, in a file beside it, so that an encoder that takes hours does nothing twice:
 *
 *     SHA-256 of what they are for | code, record of row 0 | code, record of row 1 | …
 *
 * A row counts when all of it is there; each call of {@link append} waits for the disk.
 */
export class KeptVectors implements Disposable {
  readonly #file: number;
  readonly #for: KeptFor;
  #rows: number;

  /** Opens the file, or begins it anew where it is for something else. */
  constructor(path: string, keptFor: KeptFor) {
    const { maker, keys, codeBytes, recordBytes } = keptFor;
    this.#for = keptFor;
    const hash = createHash("sha256")
      .update(`${maker}\n${codeBytes}\n${recordBytes}\n`)
      .update(new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength))
      .digest();
    this.#file = openSync(path, "a+");
    const written = Buffer.alloc(HASH_BYTES);
    readSync(this.#file, written, 0, HASH_BYTES, 0);
    if (!written.equals(hash)) {
      ftruncateSync(this.#file, 0);
      writeSync(this.#file, hash);
    }
    this.#rows = Math.min(
      keys.length,
      Math.max(0, Math.floor((fstatSync(this.#file).size - HASH_BYTES) / this.#rowBytes)),
    );
    // What a crash left of a row.
    ftruncateSync(this.#file, HASH_BYTES + this.#rows * this.#rowBytes);
  }

  /** How many rows are there, from the first. */
  get rows(): number {
    return this.#rows;
  }

  /** @param count rows from `start` on, all of them there */
  read(start: number, count: number): { readonly codes: Uint8Array; readonly records: Uint8Array } {
    const { codeBytes, recordBytes } = this.#for;
    const bytes = Buffer.alloc(count * this.#rowBytes);
    readSync(this.#file, bytes, 0, bytes.length, HASH_BYTES + start * this.#rowBytes);
    const codes = new Uint8Array(count * codeBytes);
    const records = new Uint8Array(count * recordBytes);
    for (let row = 0; row < count; row++) {
      const at = row * this.#rowBytes;
      codes.set(bytes.subarray(at, at + codeBytes), row * codeBytes);
      records.set(bytes.subarray(at + codeBytes, at + this.#rowBytes), row * recordBytes);
    }
    return { codes, records };
  }

  /** Adds the rows that follow. */
  append(codes: Uint8Array, records: Uint8Array): void {
    const { codeBytes, recordBytes } = this.#for;
    const count = records.length / recordBytes;
    const bytes = Buffer.alloc(count * this.#rowBytes);
    for (let row = 0; row < count; row++) {
      bytes.set(codes.subarray(row * codeBytes, (row + 1) * codeBytes), row * this.#rowBytes);
      bytes.set(records.subarray(row * recordBytes, (row + 1) * recordBytes), row * this.#rowBytes + codeBytes);
    }
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    fdatasyncSync(this.#file);
    this.#rows += count;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  get #rowBytes(): number {
    return this.#for.codeBytes + this.#for.recordBytes;
  }
}

/** Where the vectors of a segment are kept. */
export const keptVectorsPath = (segment: string): string => `${segment}.vectors`;

export const removeKeptVectors = (segment: string): void => rmSync(keptVectorsPath(segment), { force: true });
