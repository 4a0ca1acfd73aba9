/**
 * Divides long work into slices of time, so that other events of the thread get their turn in between:
 *
 *     for (const piece of pieces) {
 *       work(piece);
 *       if (slices.isOver) await slices.next();
 *     }
 *
 * However many such works a thread has at the same time, one slice of one of them is done between two turns of its events: who asks for
 * little does not wait for a slice of each.
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

  /** Lets other events, and the other works that wait already, have their turn, then begins another slice. */
  async next(): Promise<void> {
    await nextSlice();
    this.#startedAt = performance.now();
  }
}

/** Works of this thread that wait for their next slice, in the order in which they came. */
const waiting: (() => void)[] = [];

function nextSlice(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.push(resolve);
  if (waiting.length === 1) setImmediate(beginOne);
  return promise;
}

function beginOne(): void {
  // It goes on as soon as this function has returned.
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(beginOne);
}
