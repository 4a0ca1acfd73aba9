import { setTimeout as sleep } from "node:timers/promises";
import { LEASE_MS, Lease } from "../index/lease.ts";
import type { MetaStore } from "../index/meta-store.ts";

/** How often those who do not lead look whether somebody does. */
const LOOK_EVERY_MS = 5000;

/** How often the one who leads looks whether it still does. */
const WATCH_EVERY_MS = 250;

/** A leader that has not been able to renew its lease for so long ends its work, and has ended it before another begins. */
const LONGEST_UNCERTAIN_MS = LEASE_MS - 12_000;

export interface LeadOptions {
  readonly meta: MetaStore;
  /** Of the lease: those of one name do one thing in turn. */
  readonly name: string;
  /** Whether there is anything to do; else nobody leads. What it throws is told, and it is asked again. */
  readonly isWanted: () => Promise<boolean>;
  /** Begins what one process does at a time; it is disposed when another may begin. */
  readonly lead: () => AsyncDisposable;
  readonly onError: (error: unknown, doing: string) => void;
  /** Default {@link LOOK_EVERY_MS}. */
  readonly lookEveryMs?: number | undefined;
  /** Default {@link LONGEST_UNCERTAIN_MS}. */
  readonly longestUncertainMs?: number | undefined;
}

/**
 * Does something in one process at a time, among all that do the same on whatever machine: whoever has the lease leads, and where it dies or
 * cannot reach the cluster any more another one takes its place. Dispose it to stop and to let another one lead at once.
 */
export function leadInTurn(options: LeadOptions): AsyncDisposable {
  const stop = new AbortController();
  const over = takeTurns(options, stop.signal);
  return {
    [Symbol.asyncDispose]: () => {
      stop.abort();
      return over;
    },
  };
}

async function takeTurns(options: LeadOptions, signal: AbortSignal): Promise<void> {
  const { meta, name, isWanted, onError, lookEveryMs = LOOK_EVERY_MS } = options;
  let told: string | undefined;
  while (!signal.aborted) {
    try {
      const taken = (await isWanted()) ? await Lease.tryTake(meta, name) : undefined;
      told = undefined;
      if (taken instanceof Lease) await leadWith(taken, options, signal);
    } catch (error) {
      // What lasts is told once.
      const said = error instanceof Error ? error.message : String(error);
      if (said !== told && !signal.aborted) onError(error, `standing for ${name}`);
      told = said;
    }
    await sleepUntil(lookEveryMs, signal);
  }
}

async function leadWith(lease: Lease, options: LeadOptions, signal: AbortSignal): Promise<void> {
  const { lead, longestUncertainMs = LONGEST_UNCERTAIN_MS } = options;
  try {
    await using _work = lead();
    while (!signal.aborted && !lease.isLost && lease.uncertainForMs < longestUncertainMs)
      await sleepUntil(WATCH_EVERY_MS, signal);
  } finally {
    // One that is not given back, since the cluster is away, is over by itself.
    await lease.release().catch(() => undefined);
  }
}

/** Aborting ends the wait. */
const sleepUntil = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
