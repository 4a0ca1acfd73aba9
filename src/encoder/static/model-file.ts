import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { TimeSlices } from "../../threads/time-slices.ts";

const PIECE_BYTES = 1 << 18;
/** How long reading all of it may hold the thread before others get their turn. */
const SLICE_MS = 4;

/** A file of a model that stays open, and is read in parts long after it was checked. */
export class ModelFile {
  readonly bytes: number;
  readonly #file: number;
  readonly #writtenAtMs: number;
  #isOpen = true;

  /** Throws what opening throws. */
  constructor(path: string) {
    this.#file = openSync(path, "r");
    const { size, mtimeMs } = fstatSync(this.#file);
    this.bytes = size;
    this.#writtenAtMs = mtimeMs;
  }

  /** All of it, piece by piece; each is valid until the next. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    const slices = new TimeSlices(SLICE_MS);
    const piece = new Uint8Array(Math.min(PIECE_BYTES, this.bytes));
    for (let done = 0; done < this.bytes; done += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, this.bytes - done));
      this.#fill(done, part);
      yield part;
      if (slices.isOver) await slices.next();
    }
  }

  /** Fills `target` from an offset. @throws Error when the file was closed, or written to after it was opened. */
  read(offset: number, target: Int8Array | Uint8Array): void {
    this.#fill(offset, target);
    const { size, mtimeMs } = fstatSync(this.#file);
    if (size !== this.bytes || mtimeMs !== this.#writtenAtMs)
      throw new Error("it was written to while it was in use; start again");
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }

  #fill(offset: number, target: Int8Array | Uint8Array): void {
    if (!this.#isOpen) throw new Error("it is closed");
    for (let filled = 0; filled < target.length; ) {
      const read = readSync(this.#file, target, filled, target.length - filled, offset + filled);
      if (read === 0) throw new RangeError(`ends after ${offset + filled} bytes`);
      filled += read;
    }
  }
}
