import type { Archive } from "../../archive/archive.ts";
import { AppError } from "../../errors.ts";
import type { MemoryStatus } from "../../memory/watch.ts";
import { fillInVectors } from "../care/fill-in-vectors.ts";
import type { LocalArchive } from "../local-archive.ts";
import { type SearchPoolSettings, startBoundedPool } from "./start-search-pool.ts";

export interface ThreadedArchiveOptions extends Omit<SearchPoolSettings, "onCrash"> {
  /** Ceiling of resident memory, in bytes; absent: none. */
  readonly ceilingBytes?: number | undefined;
  /** What the process keeps resident beside the archive and its encoder. Default 0. */
  readonly besideBytes?: number | undefined;
  /** Told of what went wrong where nobody waits for it. */
  readonly onError?: ((error: unknown, doing: string) => void) | undefined;
}

export interface ThreadedArchive extends Archive {
  /** Memory of the process; undefined without a ceiling. */
  memory(): MemoryStatus | undefined;
}

/**
 * A local archive made ready for many who ask: searches run in threads, and articles that wait for the encoder get their
 * vectors by and by. Closing it ends the threads and leaves the local archive open.
 * @throws AppError `usage` when the archive cannot fit below the ceiling.
 */
export function startThreads(archive: LocalArchive, options: ThreadedArchiveOptions = {}): ThreadedArchive {
  const { ceilingBytes, besideBytes = 0, onError = () => {}, ...settings } = options;
  const { reader, encoder, writer } = archive;
  const bounded = startBoundedPool({ archive: reader, encoder: { bytes: encoder.bytes + besideBytes } }, ceilingBytes, {
    ...settings,
    onCrash: (error) => onError(error, "searching in a thread"),
  });
  const { pool, memory } = bounded;
  const filling = fillInVectors(
    { openWriter: () => writer.borrow(), unencodedCount: () => reader.unencodedCount() },
    (error) => onError(error, "encoding later"),
  );
  const close = async (): Promise<void> => {
    await filling[Symbol.asyncDispose]();
    await bounded[Symbol.asyncDispose]();
  };
  let closing: Promise<void> | undefined;
  const opened = (): LocalArchive => {
    if (closing !== undefined) throw new AppError("unavailable", "The archive has been closed.");
    return archive;
  };
  return {
    info: archive.info,
    supports: archive.supports,
    search: async (request, encoded, readOptions) => reader.withProof(await pool.search(request, encoded, readOptions)),
    article: (id, readOptions) => pool.article(id, readOptions),
    editions: async (id, readOptions) => opened().editions(id, readOptions),
    edition: async (id, number, readOptions) => opened().edition(id, number, readOptions),
    similar: (id, readOptions) => pool.similar(id, readOptions),
    compare: (id, encoded, readOptions) => pool.compare(id, encoded, readOptions),
    stats: async () => opened().stats(),
    async *articles(scanOptions) {
      yield* opened().articles(scanOptions);
    },
    borrowWriter: async () => opened().borrowWriter(),
    activity: () => archive.activity(),
    inspect: async () => opened().inspect(),
    stamp: async () => opened().stamp(),
    load: () => pool.status,
    memory,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
