import type { Backend } from "../api/context.ts";
import type { Config } from "../config/options.ts";
import { assetFolders, readVersion } from "../config/paths.ts";
import { type ListenOptions, listen } from "../http/listen.ts";
import { fillInVectors } from "../local/care/fill-in-vectors.ts";
import { type BoundedPool, startBoundedPool } from "../local/pool/start-search-pool.ts";
import { SharedWriter } from "../local/write/shared-writer.ts";
import { maxBodyBytesBelow } from "../memory/plan.ts";
import { createResources } from "../resources/registry.ts";
import { createSearchService } from "../search/service.ts";
import { createServer } from "./create-server.ts";
import { type App, type AppOptions, openApp } from "./open-app.ts";

export interface StartServerOptions extends AppOptions, ListenOptions {
  /** Bearer token that may add articles; absent: nobody may. */
  readonly token?: string | undefined;
  /** Address under which readers reach the server, for links in feeds; default: that of the request. */
  readonly publicUrl?: string | undefined;
  /** Queries to try, shown on the first page. */
  readonly examples?: readonly string[] | undefined;
  /** Threads that search; see {@link SearchPoolSettings}. */
  readonly searchThreads?: number | undefined;
  /** Searches that may wait for a thread; see {@link SearchPoolSettings}. */
  readonly searchQueue?: number | undefined;
  /** Ceiling of resident memory, in bytes; absent: none. */
  readonly maxMemory?: number | undefined;
  /** Of the log on standard error. Default `silent`. */
  readonly logLevel?: Config["logLevel"] | undefined;
}

export interface SearchServer {
  /** Where a browser on this machine finds it, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The opened archive; rejects when it cannot be opened, and the server then answers with the reason until it is stopped. */
  readonly opened: Promise<App>;
  /** Finishes the requests it has accepted, then closes the archive. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts the search server. It listens at once; until the archive is open, searches get 503.
 * @throws AppError `port-in-use`, or `usage` for an address that cannot be bound.
 */
export async function startServer(options: StartServerOptions): Promise<SearchServer> {
  const { token, publicUrl, examples, logLevel, maxMemory } = options;
  const resources = options.resources ?? createResources();
  const opening = openApp({ folder: options.folder, encoder: options.encoder, resources });
  let logError: (error: unknown, doing: string) => void = () => {};
  const searching = opening.then(async (app) => {
    await using starting = new AsyncDisposableStack();
    const bounded = starting.use(
      startBoundedPool(app, maxMemory, {
        threads: options.searchThreads,
        queue: options.searchQueue,
        onCrash: (error) => logError(error, "searching in a thread"),
      }),
    );
    // What searches need is loaded before anybody is told that the server is ready.
    using _loaded = await app.archive.borrowState();
    starting.move();
    return bounded;
  });
  const opened = searching.then(() => opening);
  const writing = opened.then(
    ({ openWriter }) =>
      new SharedWriter({
        open: () => openWriter({ mergesBeside: true }),
        onError: (error) => logError(error, "merging"),
      }),
  );
  const closeArchive = async () => {
    await writing.then((writer) => writer[Symbol.asyncDispose](), ignoreUnopened);
    await searching.then((bounded) => bounded[Symbol.asyncDispose](), ignoreUnopened);
    await opening.then((app) => app[Symbol.asyncDispose](), ignoreUnopened);
    if (options.resources === undefined) await resources[Symbol.asyncDispose]();
  };
  try {
    const server = await createServer({
      backend: Promise.all([opened, searching, writing]).then(([app, bounded, writer]) =>
        toBackend(app, bounded, token === undefined ? undefined : writer),
      ),
      maxBodyBytes: maxBodyBytesBelow(maxMemory),
      resources,
      version: readVersion(),
      assetsFolder: assetFolders.web,
      token,
      publicUrl,
      examples,
      logLevel,
    });
    logError = (error, doing) => server.log.error({ err: error }, doing);
    const { url, port, stop } = await listen(server, options);
    const filling = Promise.all([opened, writing]).then(([{ unencodedCount }, writer]) =>
      fillInVectors({ openWriter: () => writer.borrow(), unencodedCount }, (error) =>
        logError(error, "encoding later"),
      ),
    );
    let stopping: Promise<void> | undefined;
    return {
      url,
      port,
      opened,
      stop: () => {
        stopping ??= stop()
          .then(() => filling.then((task) => task[Symbol.asyncDispose](), ignoreUnopened))
          .then(closeArchive);
        return stopping;
      },
    };
  } catch (error) {
    await closeArchive();
    throw error;
  }
}

/** Whoever asks for the archive is told why it could not be opened. */
function ignoreUnopened(): void {}

function toBackend(
  { archive, encoder }: App,
  { pool, memory }: BoundedPool,
  writer: SharedWriter | undefined,
): Backend {
  return {
    search: createSearchService({ archive: pool, encoder }),
    archive,
    encoder,
    openWriter: writer === undefined ? undefined : () => writer.borrow(),
    threads: () => pool.status,
    memory,
  };
}
