import { createRequire } from "node:module";
import { isIP } from "node:net";
import type { Agent, buildConnector, Dispatcher } from "undici";
import { loadInTurns } from "../threads/load-in-turns.ts";
import { type HostGuard, vetHost } from "./vet-host.ts";

/** How long an unused connection is kept: longer than the pause between two requests to a host. */
const KEEP_ALIVE_MS = 4000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Response headers of this size are refused. */
const MAX_HEADER_BYTES = 32 * 1024;

/** What asks other machines, over connections to vetted addresses alone. */
export interface GuardedAgent {
  request(options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

/**
 * Connections to vetted addresses alone. The guard stands where the connection is made: no literal, redirect or rebound name gets
 * around it, and what it has vetted is what is connected to. The package that makes them is loaded with the first request: it takes memory
 * that a server which follows nothing has better use for.
 */
export function createGuardedAgent(guard: HostGuard): GuardedAgent {
  let agent: Promise<Agent> | undefined;
  return {
    async request(options) {
      agent ??= openAgent(guard);
      return (await agent).request(options);
    },
    async close() {
      const opened = await agent;
      await opened?.close().catch(() => opened.destroy());
    },
  };
}

/** Parts of undici: as a whole it takes a tenth of a second to load. */
const UNDICI_PARTS = [
  "core/util.js",
  "dispatcher/client.js",
  "dispatcher/agent.js",
  "api/index.js",
  "web/fetch/index.js",
  "web/websocket/websocket.js",
];

async function openAgent(guard: HostGuard): Promise<Agent> {
  const require = createRequire(import.meta.url);
  await loadInTurns(UNDICI_PARTS.map((part) => () => require(`undici/lib/${part}`)));
  const undici = await import("undici");
  const connector = undici.buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  const connect: buildConnector.connector = (options, callback) => {
    vetHost(options.hostname, guard).then(
      (address) => {
        const isTls = options.protocol === "https:";
        const name = options.hostname.replace(/^\[(.*)\]$/, "$1");
        // The certificate is checked against the name that was asked for, not against the address.
        const servername = isTls && isIP(name) === 0 ? (options.servername ?? name) : undefined;
        const { servername: _, ...rest } = options;
        connector({ ...rest, hostname: address, ...(servername !== undefined && { servername }) }, callback);
      },
      (error: Error) => callback(error, null),
    );
  };
  return new undici.Agent({
    connect,
    connections: 1,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
}
