const [SECOND_MS, MINUTE_MS, HOUR_MS] = [1000, 60_000, 3_600_000];

/** How long is waited after each attempt that failed, as Standard Webhooks advises: nine attempts in a little over two days. */
const WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
];

/** The longest wait that a receiver may ask for. */
const MAX_ASKED_MS = 24 * HOUR_MS;

/** Waits are spread so far to either side, so that receivers which failed together are not asked together again. */
const JITTER = 0.1;

/**
 * How long to wait after an attempt; undefined where it was the last.
 * @param attempts made so far, this one included
 * @param random from 0 to 1
 */
export function retryWaitMs(
  attempts: number,
  { random, askedMs = 0 }: { readonly random: number; readonly askedMs?: number | undefined },
): number | undefined {
  const waitMs = WAITS_MS[attempts - 1];
  if (waitMs === undefined) return undefined;
  return Math.max(waitMs * (1 + JITTER * (2 * random - 1)), Math.min(MAX_ASKED_MS, askedMs));
}
