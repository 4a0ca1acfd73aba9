import { FairClients } from "./fair-clients.ts";
import type { AskedBy } from "./side-thread.ts";

interface Piece {
  readonly client: string;
  readonly work: () => void;
}

/** How long pieces of work share a turn of the event loop. */
const TURN_MS = 4;

/**
 * Shares the thread that answers: pieces of work that take milliseconds wait until it is their client's turn, and between them other
 * events have theirs. So whoever asks for little waits for one piece of the others, not for all that came in at the same moment.
 */
export class FairTurns {
  readonly #waiting = new FairClients<Piece>();
  #isScheduled = false;

  /** What the work gives, when its turn has come; what it throws, or the reason of a signal that fired before. */
  run<T>({ client = "", signal }: AskedBy, work: () => T): Promise<Awaited<T>> {
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<T>>();
    const piece = (): void => {
      try {
        signal?.throwIfAborted();
        // A promise resolves with what another one gives.
        resolve(work() as Awaited<T>);
      } catch (error) {
        reject(error);
      }
    };
    this.#waiting.push({ client, work: piece }, { client, lane: "" });
    this.#schedule();
    return promise;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#turn();
    });
  }

  #turn(): void {
    const beganMs = performance.now();
    for (let nowMs = beganMs; nowMs - beganMs < TURN_MS; ) {
      const next = this.#waiting.take();
      if (next === undefined) return;
      next.work();
      const startedMs = nowMs;
      nowMs = performance.now();
      this.#waiting.charge({ client: next.client, lane: "" }, nowMs - startedMs);
    }
    if (this.#waiting.size > 0) this.#schedule();
  }
}
