import type { LruMap } from "../collections/lru-map.ts";
import type { Embedding } from "./embedding.ts";

/** One computation that several equal queries wait for; given up when the last of them has gone. */
interface SharedQuery {
  readonly embedding: Promise<Embedding>;
  readonly abort: AbortController;
  waiters: number;
}

/** Only texts up to this length are remembered: a query is short, an article does not come back. */
const MAX_CACHED_UNITS = 1024;

/** Computes each query once, however many ask for it at the same time or again soon. */
export class SharedQueries {
  readonly #cache: LruMap<Embedding>;
  readonly #running = new Map<string, SharedQuery>();
  #hits = 0;

  constructor(cache: LruMap<Embedding>) {
    this.#cache = cache;
  }

  /** Queries that were answered by what another had computed, or was computing. */
  get hits(): number {
    return this.#hits;
  }

  /** Whether a text may come again. */
  isShared(text: string): boolean {
    return this.#cache.maxWeight > 0 && text.length <= MAX_CACHED_UNITS;
  }

  /** @param embed told to stop when nobody waits any more */
  async embed(
    key: string,
    embed: (signal: AbortSignal) => Promise<Embedding>,
    signal: AbortSignal,
  ): Promise<Embedding> {
    const cached = this.#cache.get(key);
    const running = this.#running.get(key);
    if (cached !== undefined || running !== undefined) this.#hits++;
    if (cached !== undefined) return cached;
    const shared = running ?? this.#start(key, embed);
    shared.waiters++;
    const gone = Promise.withResolvers<never>();
    const leave = (): void => gone.reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([shared.embedding, gone.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
      shared.waiters--;
      if (shared.waiters === 0) shared.abort.abort();
    }
  }

  #start(key: string, embed: (signal: AbortSignal) => Promise<Embedding>): SharedQuery {
    const abort = new AbortController();
    const embedding = embed(abort.signal).then((found) => {
      this.#cache.set(key, found);
      return found;
    });
    const shared: SharedQuery = { embedding, abort, waiters: 0 };
    const forget = (): void => {
      if (this.#running.get(key) === shared) this.#running.delete(key);
    };
    // A query whose last waiter has gone takes nobody else along.
    abort.signal.addEventListener("abort", forget, { once: true });
    embedding.then(forget, forget);
    this.#running.set(key, shared);
    return shared;
  }
}
