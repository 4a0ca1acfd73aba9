import { AppError, isSystemError } from "../errors.ts";
import type { App } from "./app.ts";

export interface ListenOptions {
  /** Address to bind. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

export interface RunningServer {
  /** Where a browser on this machine finds it, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, finishes those accepted, then closes. May be called twice. */
  stop(): Promise<void>;
}

/** @throws AppError `port-in-use`, or `usage` for an address that cannot be bound. */
export async function listen(app: App, { host, port }: ListenOptions): Promise<RunningServer> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    if (isSystemError(error, "EADDRINUSE")) {
      throw new AppError("port-in-use", `Port ${port} on ${host} is in use. Stop the program that uses it.`, {
        cause: error,
        remedy: { code: "set-option", option: "port", value: "N", does: "takes another one" },
      });
    }
    if (isSystemError(error, "EACCES", "EADDRNOTAVAIL", "ENOTFOUND")) {
      const wanted = "Wanted: an address of this machine, and a port above 1023.";
      throw new AppError("usage", `Cannot listen on ${host}:${port} (${error.code}). ${wanted}`, {
        cause: error,
        remedy: { code: "set-option", option: "host", does: "names the address" },
      });
    }
    throw error;
  }
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no port");
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${toUrlHost(host)}:${address.port}`,
    port: address.port,
    stop: () => {
      stopping ??= close(app);
      return stopping;
    },
  };
}

/** How often connections are looked at that fell idle after closing began; kept alive, each would hold the server for a minute. */
const IDLE_CHECK_MS = 100;

async function close(app: App): Promise<void> {
  const timer = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS);
  try {
    await app.close();
  } finally {
    clearInterval(timer);
  }
}

/** An address that means every interface is reached through the local one. */
function toUrlHost(host: string): string {
  if (host === "0.0.0.0" || host === "") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
