/** Parts of one piece of work, at most. */
export const MAX_PARTS = 0x7fff;

/** Bits of the cell that counts what has been taken: below from the front, above from the back. */
const HALF = 16;
const FIRST_MASK = 0xffff;

/** How far a helper is. */
const INVITED = 0;
const WORKING = 1;
const WITHDRAWN = 2;
const FINISHED = 3;

/**
 * Which parts of one piece of work have been taken, and how far those are who help with it: a few numbers in shared memory, which every thread
 * changes by atomic operations alone. Who hands the work out takes from the front, helpers take from the back.
 */
export class PartsLedger {
  /** `taken`, `count`, and a stage for each helper. */
  readonly cells: Int32Array<SharedArrayBuffer>;

  /** @param cells those of a ledger that another thread has made */
  constructor(cells: Int32Array<SharedArrayBuffer>) {
    this.cells = cells;
  }

  /** @param count 0…{@link MAX_PARTS} */
  static of(count: number, helpers: number): PartsLedger {
    const cells = new Int32Array(new SharedArrayBuffer((2 + helpers) * Int32Array.BYTES_PER_ELEMENT));
    cells[1] = count;
    return new PartsLedger(cells);
  }

  /** The first part that nobody has taken, which is then this thread's; −1 when there is none. */
  takeFirst(): number {
    for (;;) {
      const taken = Atomics.load(this.cells, 0);
      const first = taken & FIRST_MASK;
      if (first + (taken >>> HALF) >= this.#count) return -1;
      if (Atomics.compareExchange(this.cells, 0, taken, taken + 1) === taken) return first;
    }
  }

  /** The last part that nobody has taken; −1 when there is none. */
  takeLast(): number {
    for (;;) {
      const taken = Atomics.load(this.cells, 0);
      const last = this.#count - 1 - (taken >>> HALF);
      if (last < (taken & FIRST_MASK)) return -1;
      if (Atomics.compareExchange(this.cells, 0, taken, taken + (1 << HALF)) === taken) return last;
    }
  }

  /** Leaves no part to be taken. */
  stop(): void {
    while (this.takeFirst() >= 0);
  }

  /** A helper begins; false when it has come too late. */
  begin(helper: number): boolean {
    return Atomics.compareExchange(this.cells, 2 + helper, INVITED, WORKING) === INVITED;
  }

  /** A helper has handed over what it did, and takes nothing more. */
  finish(helper: number): void {
    Atomics.store(this.cells, 2 + helper, FINISHED);
  }

  /** Lets a helper begin no more; false when it has begun. */
  withdraw(helper: number): boolean {
    return Atomics.compareExchange(this.cells, 2 + helper, INVITED, WITHDRAWN) === INVITED;
  }

  isFinished(helper: number): boolean {
    return Atomics.load(this.cells, 2 + helper) === FINISHED;
  }

  get #count(): number {
    return this.cells[1] as number;
  }
}
