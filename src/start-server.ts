import { type App, type AppOptions, openApp } from "./app.ts";
import type { Config } from "./config/options.ts";
import { assetFolders, readVersion } from "./config/paths.ts";
import { type ListenOptions, listen } from "./http/listen.ts";
import { createResources } from "./resources/registry.ts";
import type { Backend } from "./server/context.ts";
import { createServer } from "./server/server.ts";

export interface StartServerOptions extends AppOptions, ListenOptions {
  /** Bearer token that may add articles; absent: nobody may. */
  readonly token?: string | undefined;
  /** Queries to try, shown on the first page. */
  readonly examples?: readonly string[] | undefined;
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
  const { token, examples, logLevel } = options;
  const resources = options.resources ?? createResources();
  const opened = openApp({ folder: options.folder, encoder: options.encoder, resources });
  const closeArchive = async () => {
    const app = await opened.catch(() => undefined);
    await app?.[Symbol.asyncDispose]();
    if (options.resources === undefined) await resources[Symbol.asyncDispose]();
  };
  try {
    const server = await createServer({
      backend: opened.then((app) => toBackend(app, token !== undefined)),
      resources,
      version: readVersion(),
      assetsFolder: assetFolders.web,
      token,
      examples,
      logLevel,
    });
    const { url, port, stop } = await listen(server, options);
    let stopping: Promise<void> | undefined;
    return {
      url,
      port,
      opened,
      stop: () => {
        stopping ??= stop().then(closeArchive);
        return stopping;
      },
    };
  } catch (error) {
    await closeArchive();
    throw error;
  }
}

function toBackend({ search, archive, encoder, openWriter }: App, mayWrite: boolean): Backend {
  return { search, archive, encoder, openWriter: mayWrite ? openWriter : undefined };
}
