import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Divides long work into slices of time, so that other events of the thread get their turn in between:
 *
 *     for (const piece of pieces) {
 *       work(piece);
 *       if (slices.isOver) await slices.next();
 *     }
 */
export class TimeSlices {
  readonly #sliceMs: number;
  #startedAt = performance.now();

  constructor(sliceMs: number) {
    this.#sliceMs = sliceMs;
  }

  /** Whether the work has held the thread for as long as it may. */
  get isOver(): boolean {
    return performance.now() - this.#startedAt >= this.#sliceMs;
  }

  /** Lets other events have their turn, then begins another slice. */
  async next(): Promise<void> {
    await nextTurn();
    this.#startedAt = performance.now();
  }
}
