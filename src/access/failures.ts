import { LruMap } from "../collections/lru-map.ts";
import { toClientKey } from "../http/client-key.ts";

/** Mistakes that cost nothing: a token is long, and pasting goes wrong. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 60_000;
/** After so long without a failure a client begins anew. */
const FORGET_MS = 15 * 60_000;
/** Clients that are remembered, all together; the one that failed longest ago goes first. */
const MAX_CLIENTS = 10_000;

/** Slows those who fail to log in: after a few failures each costs twice the wait of the one before, up to a minute. */
export interface LoginFailures {
  /** Seconds that this client has to wait before it may try again; 0: none. */
  waitS(address: string): number;
  note(address: string): void;
  /** Logging in wipes the slate. */
  forget(address: string): void;
}

interface Client {
  readonly failures: number;
  readonly lastMs: number;
}

export function createLoginFailures(nowMs: () => number = Date.now): LoginFailures {
  const clients = new LruMap<Client>({ maxWeight: MAX_CLIENTS });
  const recent = (key: string): Client | undefined => {
    const client = clients.get(key);
    return client !== undefined && nowMs() - client.lastMs < FORGET_MS ? client : undefined;
  };
  return {
    waitS: (address) => {
      const client = recent(toClientKey(address));
      if (client === undefined || client.failures < FREE_FAILURES) return 0;
      const waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (client.failures - FREE_FAILURES));
      return Math.max(0, Math.ceil((client.lastMs + waitMs - nowMs()) / 1000));
    },
    note: (address) => {
      const key = toClientKey(address);
      clients.set(key, { failures: (recent(key)?.failures ?? 0) + 1, lastMs: nowMs() });
    },
    forget: (address) => clients.delete(toClientKey(address)),
  };
}
