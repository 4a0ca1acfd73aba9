/** When a source is looked at again. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const FIRST_INTERVAL_MS = 60 * MINUTE_MS;
export const MIN_INTERVAL_MS = 10 * MINUTE_MS;
export const MAX_INTERVAL_MS = 24 * HOUR_MS;
/** What a server asks for by Retry-After is believed up to this. */
export const MAX_RETRY_AFTER_MS = 7 * 24 * HOUR_MS;
/** A feed of which more is new than this is looked at twice as often. */
const MANY_NEW = 1 / 3;
const JITTER = 0.1;
/** A source may be asked so long after it was claimed: others of its host come first, and it may lead elsewhere. */
export const ASKING_MS = 120_000;
/** The longest wait that is ever planned, but for what is asked for. */
const LONGEST_WAIT_MS = MAX_INTERVAL_MS * (1 + JITTER);

/** The longest wait that is ever planned for a source that has asked for so long. */
export const longestWaitMs = (askedMs: number): number => Math.max(LONGEST_WAIT_MS, askedMs + ASKING_MS);

const clamp = (ms: number): number => Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, ms));

/**
 * The interval after a look: halved where much was new, longer by half where nothing was.
 * @param found items that were shown; 0 where the place said itself that nothing has changed
 */
export function adaptInterval(intervalMs: number, found: number, fresh: number): number {
  if (fresh === 0) return clamp(intervalMs * 1.5);
  return clamp(fresh / found > MANY_NEW ? intervalMs / 2 : intervalMs);
}

/** The interval after a number of failures in a row. */
export const backOff = (intervalMs: number, failures: number): number =>
  clamp(intervalMs * 2 ** Math.min(failures, 12));

/**
 * How long to wait, spread by a tenth so that not all come at once; never less than is asked or allowed.
 * @param askedMs what the place asks for; more than a day is a mistake of its cache settings
 * @param random 0–1
 */
export function toWaitMs(intervalMs: number, askedMs: number, random: number): number {
  const spread = intervalMs * (1 - JITTER + 2 * JITTER * random);
  return Math.round(Math.max(MIN_INTERVAL_MS, spread, Math.min(askedMs, MAX_INTERVAL_MS)));
}
