import type { TokenWindow, WindowedEncoder } from "../encoder/windowed-encoder.ts";
import { FairQueue } from "./fair-queue.ts";
import type { EngineLimits } from "./limits.ts";

/** One batch that ran, for metrics. */
export interface BatchReport {
  readonly texts: number;
  readonly tokens: number;
  readonly paddedTokens: number;
  readonly elapsedMs: number;
}

/** Part that the newest batch has in the measured time of a token. */
const NEWEST_SHARE = 0.1;

/** Who waits for a vector. */
export interface Waiter {
  readonly signal: AbortSignal;
  /** Work is shared fairly between clients. */
  readonly client?: string | undefined;
}

/** One window in the queue. */
interface Job<W> {
  readonly window: W;
  readonly tokenCount: number;
  readonly client: string | undefined;
  readonly resolve: (vector: Float32Array | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Encodes windows in batches: those that wait at the same time together, fairly between short and long. */
export class BatchRunner<W extends TokenWindow> {
  readonly #encoder: WindowedEncoder<W>;
  readonly #parallelBatches: number;
  readonly #onBatch: (report: BatchReport) => void;
  readonly #queue: FairQueue<Job<W>>;
  #running = 0;
  #msPerToken = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(encoder: WindowedEncoder<W>, limits: EngineLimits, onBatch: (report: BatchReport) => void) {
    this.#encoder = encoder;
    this.#parallelBatches = limits.parallelBatches;
    this.#onBatch = onBatch;
    this.#queue = new FairQueue({ maxTokens: limits.batchTokens, maxSquares: limits.batchSquares });
  }

  get state() {
    return { waitingTexts: this.#queue.size, runningBatches: this.#running };
  }

  /** How long a token takes, padding included: a moving average over batches, 0 before the first. */
  get msPerToken(): number {
    return this.#msPerToken;
  }

  /** The vector of each window; their places in the queue are given up when the signal fires, and its reason thrown. */
  encode(windows: readonly W[], { signal, client }: Waiter): Promise<(Float32Array | undefined)[]> {
    const { promise, resolve, reject } = Promise.withResolvers<(Float32Array | undefined)[]>();
    const vectors = new Array<Float32Array | undefined>(windows.length);
    let missing = windows.length;
    let hasFailed = false;
    const fail = (error: unknown): void => {
      // A batch that fails says so for each of its windows.
      if (hasFailed) return;
      hasFailed = true;
      signal.removeEventListener("abort", leave);
      this.#queue.remove(jobs);
      reject(error);
    };
    const leave = (): void => fail(signal.reason);
    const jobs = windows.map(
      (window, place): Job<W> => ({
        window,
        tokenCount: window.tokenCount,
        client,
        resolve: (vector) => {
          vectors[place] = vector;
          if (--missing > 0) return;
          signal.removeEventListener("abort", leave);
          resolve(vectors);
        },
        reject: fail,
      }),
    );
    if (signal.aborted) reject(signal.reason);
    else if (missing === 0) resolve(vectors);
    else {
      // One listener for all of them: a request may hold thousands.
      signal.addEventListener("abort", leave, { once: true });
      for (const job of jobs) this.#queue.push(job);
      this.#pump();
    }
    return promise;
  }

  /** Resolves when no batch runs. */
  whenIdle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  #pump(): void {
    while (this.#running < this.#parallelBatches && this.#queue.size > 0) {
      this.#running++;
      // A turn of the event loop lies before each batch: requests that arrive together are batched together, and an
      // encoder that computes on this thread cannot starve the sockets.
      setImmediate(() => {
        this.#runBatch().finally(() => {
          this.#running--;
          this.#pump();
          if (this.#running === 0) this.#idle?.resolve();
        });
      });
    }
  }

  async #runBatch(): Promise<void> {
    const batch = this.#queue.takeBatch();
    const longest = batch[0]?.tokenCount;
    if (longest === undefined) return;
    const startedAt = performance.now();
    try {
      const vectors = await this.#encoder.encodeWindows(batch.map(({ window }) => window));
      const elapsedMs = performance.now() - startedAt;
      const paddedTokens = longest * batch.length;
      this.#msPerToken += (elapsedMs / paddedTokens - this.#msPerToken) * NEWEST_SHARE;
      let tokens = 0;
      for (const [index, job] of batch.entries()) {
        job.resolve(vectors[index]);
        tokens += job.tokenCount;
      }
      this.#onBatch({ texts: batch.length, tokens, paddedTokens, elapsedMs });
    } catch (error) {
      for (const job of batch) job.reject(error);
    }
  }
}
