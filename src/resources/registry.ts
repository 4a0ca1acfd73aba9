import { AppError } from "../errors.ts";
import type { Lease, ResourceLoader, ResourceStatus, Resources } from "./resources.ts";

export type { Lease, ResourceLoader, ResourceStatus, Resources } from "./resources.ts";

export interface RegistryOptions {
  /**
   * Told of a release that failed. Nobody waits for a release, so nobody could catch it: the resource counts as released.
   * Default: a process warning.
   */
  readonly onReleaseError?: (key: string, error: unknown) => void;
}

/** One loaded value. It lives until it is retired and its last borrower has gone. */
interface Instance {
  readonly value: unknown;
  readonly bytes: number;
  readonly keep: boolean;
  readonly release: () => Promise<void> | void;
  borrowers: number;
  /** Not handed out any more: replaced, dropped or shut down. */
  isRetired: boolean;
}

interface Load {
  readonly instance: Promise<Instance>;
  /** Borrowers that wait for it. They count as soon as it is loaded, so that none of them finds it released. */
  waiting: number;
  /** Dropped meanwhile: it goes to those who wait and to nobody else. */
  isDropped: boolean;
}

interface Entry {
  readonly key: string;
  current: Instance | undefined;
  load: Load | undefined;
  /** Retired instances that somebody still borrows. */
  readonly retired: Set<Instance>;
  loads: number;
  loadMs: number;
  hits: number;
  error: string | undefined;
}

/** Keys whose resource is gone stay in the status, the latest ones: segments come and go under ever new keys. */
const MAX_GONE_ENTRIES = 32;

export function createResources(options: RegistryOptions = {}): Resources {
  return new Registry(options);
}

class Registry implements Resources {
  readonly #entries = new Map<string, Entry>();
  readonly #releasing = new Set<Promise<void>>();
  readonly #onReleaseError: (key: string, error: unknown) => void;
  #isShutDown = false;

  constructor({ onReleaseError = warn }: RegistryOptions) {
    this.#onReleaseError = onReleaseError;
  }

  async acquire<T>(key: string, loader: ResourceLoader<T>): Promise<Lease<T>> {
    this.#assertOpen();
    const entry = this.#entry(key);
    if (entry.current !== undefined) {
      entry.hits++;
      entry.current.borrowers++;
      return this.#lease<T>(entry, entry.current);
    }
    if (entry.load !== undefined) entry.hits++;
    const load = entry.load ?? this.#startLoad(entry, loader);
    load.waiting++;
    return this.#lease<T>(entry, await load.instance);
  }

  async reload<T>(key: string, loader: ResourceLoader<T>): Promise<void> {
    // One after the other: a reload that joined a load under way could miss what changed since that one began to read.
    for (let load = this.#entries.get(key)?.load; load !== undefined; load = this.#entries.get(key)?.load) {
      await load.instance.catch(() => {
        // Whoever asked for that load has been told; this one tries afresh.
      });
    }
    this.#assertOpen();
    await this.#startLoad(this.#entry(key), loader).instance;
  }

  async drop(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    await this.#forget(entry);
  }

  status(): ResourceStatus[] {
    return [...this.#entries.values()].map((entry) => {
      const { key, loads, loadMs, hits, error } = entry;
      const instances = [...(entry.current === undefined ? [] : [entry.current]), ...entry.retired];
      return {
        key,
        state: toState(entry),
        loads,
        loadMs,
        bytes: instances.reduce((sum, { bytes }) => sum + bytes, 0),
        borrowers: instances.reduce((sum, { borrowers }) => sum + borrowers, 0),
        hits,
        ...(error === undefined ? {} : { error }),
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isShutDown = true;
    const loads = [...this.#entries.values()].map(({ load }) => load?.instance);
    for (const entry of this.#entries.values()) void this.#forget(entry);
    await Promise.allSettled(loads);
    // What is released may give back what it had borrowed itself.
    while (this.#releasing.size > 0) await Promise.all(this.#releasing);
  }

  /** The key is not told: it may name a folder, and whoever asks over HTTP reads the message. */
  #assertOpen(): void {
    if (this.#isShutDown) throw new AppError("unavailable", "The program is shutting down.", { retryAfterS: 1 });
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = {
        key,
        current: undefined,
        load: undefined,
        retired: new Set(),
        loads: 0,
        loadMs: 0,
        hits: 0,
        error: undefined,
      };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** Begins to load; what it gives becomes the current instance, and the one before it is retired. */
  #startLoad<T>(entry: Entry, loader: ResourceLoader<T>): Load {
    const load: Load = {
      instance: Promise.resolve().then(() => this.#run(entry, loader, load)),
      waiting: 0,
      isDropped: false,
    };
    entry.load = load;
    return load;
  }

  async #run<T>(entry: Entry, loader: ResourceLoader<T>, load: Load): Promise<Instance> {
    const startedAt = performance.now();
    try {
      const instance = await toInstance(loader);
      entry.loads++;
      entry.loadMs = performance.now() - startedAt;
      entry.error = undefined;
      instance.borrowers = load.waiting;
      if (load.isDropped) this.#retire(entry, instance);
      else {
        const before = entry.current;
        entry.current = instance;
        if (before !== undefined) this.#retire(entry, before);
      }
      return instance;
    } catch (error) {
      entry.loadMs = performance.now() - startedAt;
      entry.error = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      if (entry.load === load) entry.load = undefined;
      this.#pruneGone(entry);
    }
  }

  #lease<T>(entry: Entry, instance: Instance): Lease<T> {
    let isReturned = false;
    return {
      get value() {
        if (isReturned) throw new Error(`"${entry.key}" was used after its lease was disposed`);
        return instance.value as T;
      },
      [Symbol.dispose]: () => {
        if (isReturned) return;
        isReturned = true;
        instance.borrowers--;
        if (instance.borrowers > 0) return;
        if (entry.current === instance && !instance.keep) {
          entry.current = undefined;
          this.#retire(entry, instance);
        } else if (instance.isRetired) {
          entry.retired.delete(instance);
          void this.#release(entry, instance);
        }
      },
    };
  }

  /** Resolves when the instance is released, or at once when somebody still borrows it. */
  #retire(entry: Entry, instance: Instance): Promise<void> {
    instance.isRetired = true;
    if (instance.borrowers === 0) return this.#release(entry, instance);
    entry.retired.add(instance);
    return Promise.resolve();
  }

  #release(entry: Entry, instance: Instance): Promise<void> {
    const releasing = (async () => {
      try {
        await instance.release();
      } catch (error) {
        this.#onReleaseError(entry.key, error);
      }
    })();
    this.#releasing.add(releasing);
    this.#pruneGone(entry);
    return releasing.finally(() => this.#releasing.delete(releasing));
  }

  async #forget(entry: Entry): Promise<void> {
    if (entry.load !== undefined) entry.load.isDropped = true;
    entry.load = undefined;
    const { current } = entry;
    entry.current = undefined;
    if (current !== undefined) await this.#retire(entry, current);
  }

  /** Moves an entry that holds nothing to the end, and forgets the oldest of those. */
  #pruneGone(entry: Entry): void {
    if (!isGone(entry)) return;
    this.#entries.delete(entry.key);
    this.#entries.set(entry.key, entry);
    const gone = [...this.#entries.values()].filter(isGone);
    for (const { key } of gone.slice(0, Math.max(0, gone.length - MAX_GONE_ENTRIES))) this.#entries.delete(key);
  }
}

async function toInstance<T>(loader: ResourceLoader<T>): Promise<Instance> {
  const value = await loader.load();
  const release = () => loader.release?.(value);
  try {
    return {
      value,
      bytes: loader.bytes(value),
      keep: loader.keep ?? true,
      release,
      borrowers: 0,
      isRetired: false,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function toState({ current, load, retired, error }: Entry): ResourceStatus["state"] {
  if (current !== undefined || retired.size > 0) return "ready";
  if (load !== undefined) return "loading";
  return error === undefined ? "released" : "failed";
}

function isGone({ current, load, retired }: Entry): boolean {
  return current === undefined && load === undefined && retired.size === 0;
}

function warn(key: string, error: unknown): void {
  process.emitWarning(`releasing "${key}" failed: ${error instanceof Error ? error.message : String(error)}`);
}
