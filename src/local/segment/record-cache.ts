/** Records that are kept of each segment by each thread: 133 kB of them at 256 dimensions. */
const SLOTS = 512;

/**
 * The int8 records that were read last of a segment, each in the one slot that its row can stand in. One search looks at the same vectors
 * several times, to rank, to listen to the best, to fold copies, and the next search of a page looks at many of them again.
 */
export class RecordCache {
  readonly #recordBytes: number;
  /** Row of each slot, −1 = none. */
  readonly #rows = new Int32Array(SLOTS).fill(-1);
  readonly #records: Uint8Array;

  constructor(recordBytes: number) {
    this.#recordBytes = recordBytes;
    this.#records = new Uint8Array(SLOTS * recordBytes);
  }

  /** Fills `target` with the record of a row; false where it is not kept. */
  read(row: number, target: Uint8Array): boolean {
    const slot = row % SLOTS;
    if (this.#rows[slot] !== row) return false;
    const start = slot * this.#recordBytes;
    target.set(this.#records.subarray(start, start + this.#recordBytes));
    return true;
  }

  keep(row: number, record: Uint8Array): void {
    const slot = row % SLOTS;
    this.#records.set(record, slot * this.#recordBytes);
    this.#rows[slot] = row;
  }
}
