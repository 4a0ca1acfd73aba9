/** A reader who comes back within this time is still at the same visit. */
const VISIT_MS = 30 * 60_000;

export interface Visit {
  /** When the visit before this one ended, ms since 1970 UTC; undefined at the first visit. */
  readonly sinceMs: number | undefined;
  /** What is to be remembered: when the reader looked last, and when the visit before this one ended. */
  readonly kept: string;
}

/**
 * Tells visits apart, so that what is new stays so while a reader looks around, presses buttons or loads the page again.
 * @param kept what was remembered at the last look
 */
export function toVisit(kept: string | undefined, nowMs: number): Visit {
  const [, last, since] = /^(\d{1,15})(?:\.(\d{1,15}))?$/.exec(kept ?? "") ?? [];
  const lastMs = Number(last ?? Number.NaN);
  // A clock that was set back makes no visit of the future.
  const isKnown = lastMs <= nowMs;
  const isSame = isKnown && nowMs - lastMs < VISIT_MS;
  const sinceMs = !isKnown ? undefined : !isSame ? lastMs : since === undefined ? undefined : Number(since);
  return { sinceMs, kept: sinceMs === undefined ? `${nowMs}` : `${nowMs}.${sinceMs}` };
}
