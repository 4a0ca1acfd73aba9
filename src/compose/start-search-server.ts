import type { AccessOptions } from "../access/access.ts";
import { createHostTest } from "../access/hosts.ts";
import type { AlertDesk } from "../api/alert-desk.ts";
import type { Backend } from "../api/context.ts";
import type { SourceDesk } from "../api/source-desk.ts";
import type { Config } from "../config/options.ts";
import { assetFolders, readVersion } from "../config/paths.ts";
import { type ListenOptions, listen } from "../http/listen.ts";
import { maxBodyBytesBelow, maxConnectionsBelow } from "../memory/plan.ts";
import { createResources } from "../resources/registry.ts";
import type { Resources } from "../resources/resources.ts";
import type { OwnPage } from "../site/own-page.ts";
import { createServer } from "./create-server.ts";
import { mendBackend } from "./mending-backend.ts";
import type { OnError } from "./open-backend.ts";
import type { ServedBackend } from "./open-served.ts";

export interface SearchServerOptions extends ListenOptions, AccessOptions {
  /** Opens what is served; the server disposes it when it stops. Loads what is heavy from `resources`. */
  readonly open: (given: { readonly resources: Resources; readonly onError: OnError }) => Promise<ServedBackend>;
  /** Default: a registry of its own, which ends with the server. */
  readonly resources?: Resources | undefined;
  /** What the archive follows; default: nothing, and nothing can be added. */
  readonly sources?: SourceDesk | undefined;
  /** Searches that are followed; default: none, and none can be added. */
  readonly alerts?: AlertDesk | undefined;
  /** Folder of the audit log; undefined: nothing is noted. */
  readonly auditFolder?: string | undefined;
  /** From this size on the audit log goes on in another file. */
  readonly auditFileBytes?: number | undefined;
  /** What is searched for and read is noted too. Default false. */
  readonly auditsSearches?: boolean | undefined;
  /** More host names that the server answers to. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Address under which readers reach the server, for links in feeds; default: that of the request. */
  readonly publicUrl?: string | undefined;
  /** Who is told of flaws, as a `mailto:` or `https:` address; absent: nobody is named. */
  readonly securityContact?: string | undefined;
  /** Pages of one's own beside the others. */
  readonly pages?: readonly OwnPage[] | undefined;
  /** Queries to try, shown on the first page. */
  readonly examples?: readonly string[] | undefined;
  /** How long a request may take until its answer begins. Default 10 s. */
  readonly requestTimeoutMs?: number | undefined;
  /** Connections that are held at the same time; default: 1024, or what the ceiling of memory has room for. */
  readonly maxConnections?: number | undefined;
  /** Requests of one client in a minute. Default 1200, and any number for programs on this machine. */
  readonly rateLimit?: number | undefined;
  /** Ceiling of resident memory, in bytes; absent: none. */
  readonly maxMemory?: number | undefined;
  /** Whether it is reached only once the archive is open: where another one answers meanwhile. Default false. */
  readonly listensWhenOpen?: boolean | undefined;
  /** Log level, written to standard error. Default `silent`. */
  readonly logLevel?: Config["logLevel"] | undefined;
}

/** A server that listens. Disposing it stops it. */
export interface SearchServer extends AsyncDisposable {
  /** Where a browser on this machine finds it, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Finishes the requests it has accepted. May be called twice. */
  stop(): Promise<void>;
}

/** A server whose archive may still be opening. */
export interface OpeningServer extends SearchServer {
  /** Rejects when the archive cannot be opened; the server then answers with the reason until it is stopped. */
  readonly opened: Promise<Backend>;
}

/**
 * Starts the search server. It listens at once, and until the archive is open, searches get 503; or when the archive is open, or cannot be
 * opened, where that is asked for.
 * @throws AppError `port-in-use`, or `usage` for an address that cannot be bound.
 */
export async function startSearchServer(options: SearchServerOptions): Promise<OpeningServer> {
  const { publicUrl, maxMemory } = options;
  const resources = options.resources ?? createResources();
  let onError: OnError = () => {};
  const report: OnError = (error, doing) => onError(error, doing);
  const open = (): Promise<ServedBackend> => options.open({ resources, onError: report });
  const opening = open().then((first) => mendBackend(first, { reopen: open, onError: report }));
  const opened = opening.then(async (backend) => {
    // What searches need is loaded before anybody is told that the server is ready.
    await backend.archive.stats();
    return backend;
  });
  const close = async (): Promise<void> => {
    await opened.catch(ignoreUnopened);
    await opening.then((backend) => backend[Symbol.asyncDispose](), ignoreUnopened);
    if (options.resources === undefined) await resources[Symbol.asyncDispose]();
  };
  try {
    const server = await createServer({
      ...options,
      backend: opened,
      maxBodyBytes: maxBodyBytesBelow(maxMemory),
      maxConnections: options.maxConnections ?? maxConnectionsBelow(maxMemory),
      resources,
      version: readVersion(),
      assetsFolder: assetFolders.web,
      isKnownHost: createHostTest({ bound: options.host, publicUrl, allowed: options.allowedHosts }),
    });
    onError = (error, doing) => server.log.error({ err: error }, doing);
    if (options.listensWhenOpen === true) await opened.catch(ignoreUnopened);
    const { url, port, stop } = await listen(server, options);
    let stopping: Promise<void> | undefined;
    const stopOnce = (): Promise<void> => {
      stopping ??= stop().then(close);
      return stopping;
    };
    return { url, port, opened, stop: stopOnce, [Symbol.asyncDispose]: stopOnce };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whoever asks for the archive is told why it could not be opened. */
function ignoreUnopened(): void {}
