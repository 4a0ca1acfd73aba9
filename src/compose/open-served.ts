import type { Backend } from "../api/context.ts";
import { startThreads } from "../local/pool/threaded-archive.ts";
import { type BackendOptions, type OnError, type OpenBackend, openBackend } from "./open-backend.ts";

export interface ThreadOptions {
  /** Threads that search at the same time; default: as many as the machine and the ceiling allow. */
  readonly searchThreads?: number | undefined;
  /** Searches that may wait for a thread. */
  readonly searchQueue?: number | undefined;
  /** Ceiling of resident memory, in bytes; absent: none. */
  readonly maxMemory?: number | undefined;
  readonly onError?: OnError | undefined;
}

/** What a server answers from. Dispose it after use. */
export type ServedBackend = Backend & AsyncDisposable;

/**
 * A backend for many who ask: its searches run in threads. Disposing it ends the threads and leaves what it was made of open.
 * @throws AppError `usage` when the archive cannot fit below the ceiling.
 */
export function inThreads(
  { archive, local, encoder, reranker, search, searchOver }: OpenBackend,
  options: ThreadOptions = {},
): ServedBackend {
  // The nodes of a cluster search; this process asks them.
  if (local === undefined) return { archive, encoder, search, [Symbol.asyncDispose]: async () => {} };
  const { searchThreads: threads, searchQueue: queue, maxMemory: ceilingBytes, onError } = options;
  const threaded = startThreads(local, {
    threads,
    queue,
    ceilingBytes,
    besideBytes: reranker?.bytes,
    onError,
  });
  return {
    archive: threaded,
    encoder,
    search: searchOver(threaded),
    memory: () => threaded.memory(),
    [Symbol.asyncDispose]: () => threaded.close(),
  };
}

/**
 * Opens an archive for many who ask: searches run in threads, and what is written is merged beside.
 * @throws AppError as {@link openBackend}, and `usage` when the archive cannot fit below the ceiling of memory.
 */
export async function openServed(options: BackendOptions & ThreadOptions): Promise<ServedBackend> {
  await using opening = new AsyncDisposableStack();
  const backend = opening.use(await openBackend({ ...options, mergesBeside: true }));
  const threaded = opening.use(inThreads(backend, options));
  const opened = opening.move();
  return { ...threaded, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
