import type { Reader } from "./archive/reader.ts";
import { SearchPool } from "./search-pool/pool.ts";
import { createThreadStarter } from "./search-pool/thread.ts";
import type { SearchWorkerData } from "./search-worker.ts";

export interface StartSearchPoolOptions {
  /** Threads that search at the same time. Default {@link SEARCH_THREADS}. */
  readonly threads?: number | undefined;
  /** Searches that may wait for a thread. Default {@link SEARCH_QUEUE}. */
  readonly maxWaiting?: number | undefined;
  /** Told of a thread that ended by itself. */
  readonly onCrash?: ((error: Error) => void) | undefined;
}

export const SEARCH_THREADS = 2;
export const SEARCH_QUEUE = 64;

/** The same file in a checkout and, compiled, in the package. */
const WORKER = new URL(import.meta.url.endsWith(".ts") ? "search-worker.ts" : "search-worker.js", import.meta.url);

/** Starts threads that search an archive that this one has opened. Dispose the pool before the archive. */
export function startSearchPool(
  archive: Pick<Reader, "info" | "borrowState">,
  { threads = SEARCH_THREADS, maxWaiting = SEARCH_QUEUE, onCrash }: StartSearchPoolOptions = {},
): SearchPool {
  const workerData: SearchWorkerData = { folder: archive.info.folder, cacheBytes: 4 * 2 ** 20 };
  const pool = new SearchPool({
    startThread: createThreadStarter({ file: WORKER, workerData, oldHeapMb: 96, youngHeapMb: 12 }),
    threads,
    maxWaiting,
    borrowState: () => archive.borrowState(),
    onCrash,
  });
  pool.warmUp();
  return pool;
}
