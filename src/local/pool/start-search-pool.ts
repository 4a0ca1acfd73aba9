import type { Encoder } from "../../encoder/encoder.ts";
import { DEFAULT_THREADS, planMemory } from "../../memory/plan.ts";
import { type MemoryStatus, MemoryWatch } from "../../memory/watch.ts";
import { allowLargerHeaps, forbidLargerHeaps } from "../../threads/larger-heaps.ts";
import { startThread, workerFile } from "../../threads/start-thread.ts";
import type { Reader } from "../read/reader.ts";
import { SearchPool } from "./pool.ts";
import type { SearchWorkerData } from "./search-worker.ts";

export interface SearchPoolSettings {
  /** Threads that search at the same time. Default {@link DEFAULT_THREADS}, or as many of them as fit below the ceiling. */
  readonly threads?: number | undefined;
  /** Searches that may wait for a thread. Default {@link SEARCH_QUEUE}. */
  readonly queue?: number | undefined;
  /** See {@link SearchWorkerData.sharedFromMs}. */
  readonly sharedFromMs?: number | undefined;
  /** Told of a thread that ended by itself. */
  readonly onCrash?: ((error: Error) => void) | undefined;
}

export const SEARCH_QUEUE = 64;

/** Largest heap of a thread, in MB; what a search of the commonest words holds lies in typed arrays, outside of it. */
const HEAP_MB = { old: 64, young: 6 };
/** What is to be left below the ceiling for heaps to be collected at leisure, which takes 2 to 15 MB; the rest is for what is asked. */
const LARGER_HEAPS_BYTES = 30 * 2 ** 20;
/** How often resident memory is looked at while nothing is asked. */
const LOOK_EVERY_MS = 250;

interface Admission extends SearchPoolSettings {
  /** Asked before a search is accepted, with how many are held; throws to refuse it. */
  readonly admit?: (held: number) => void;
  /** How many of at most `most` searches may run at the same time. */
  readonly atOnce?: (most: number) => number;
}

/** Threads that search an archive that this one has opened, started when somebody asks. Dispose the pool before the archive. */
export function startSearchPool(
  archive: Pick<Reader, "info" | "borrowSnapshot">,
  { threads = DEFAULT_THREADS, queue = SEARCH_QUEUE, sharedFromMs, admit, atOnce, onCrash }: Admission = {},
): SearchPool {
  const workerData: SearchWorkerData = { folder: archive.info.folder, sharedFromMs };
  const file = workerFile(import.meta.url, "search-worker");
  return new SearchPool({
    info: archive.info,
    startThread: (events) => startThread({ file, workerData, heapMb: HEAP_MB }, events),
    threads,
    maxWaiting: queue,
    borrowSnapshot: (name) => archive.borrowSnapshot(name),
    admit,
    atOnce,
    sharesSearches: true,
    onCrash,
  });
}

// There under --max-memory; see bin/node.mjs.
const collect = (): void => globalThis.gc?.();

/** A pool, and the watch over the memory of the process where that is bounded. */
export interface BoundedPool extends AsyncDisposable {
  readonly pool: SearchPool;
  readonly memory: () => MemoryStatus | undefined;
}

/**
 * {@link startSearchPool} below a ceiling of resident memory, `--max-memory`; undefined: without one.
 * @throws AppError `usage` when the archive cannot fit below it.
 */
export function startBoundedPool(
  { archive, encoder }: { readonly archive: Reader; readonly encoder: Pick<Encoder, "bytes"> },
  ceilingBytes: number | undefined,
  settings: SearchPoolSettings,
): BoundedPool {
  if (ceilingBytes === undefined) {
    const pool = startSearchPool(archive, settings);
    return { pool, memory: () => undefined, [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose]() };
  }
  const { rows, bytes: archiveBytes } = archive.measure();
  const { threads, queue, neededBytes } = planMemory(
    { rows, archiveBytes, encoderBytes: encoder.bytes },
    { ceilingBytes, threads: settings.threads, queue: settings.queue ?? SEARCH_QUEUE },
  );
  if (ceilingBytes - neededBytes >= LARGER_HEAPS_BYTES) allowLargerHeaps();
  const watch = new MemoryWatch({
    ceilingBytes,
    readRssBytes: () => process.memoryUsage.rss(),
    trim: (state) => {
      // For good: where caches alone bring room, searches stay as fast as they are.
      if (state !== "short") forbidLargerHeaps();
      pool.trim();
      archive.forgetEarlierSnapshots();
      collect();
    },
    collect: () => {
      pool.collect();
      collect();
    },
    renew: () => pool.renew(),
  });
  const pool = startSearchPool(archive, {
    ...settings,
    threads,
    queue,
    admit: (held) => watch.admit(held),
    atOnce: (most) => watch.atOnce(most),
  });
  const timer = setInterval(() => watch.look(), LOOK_EVERY_MS);
  timer.unref();
  return {
    pool,
    memory: () => watch.status,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await pool[Symbol.asyncDispose]();
    },
  };
}
