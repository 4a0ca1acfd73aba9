import type { SearchRequest } from "../archive/request.ts";
import { AppError } from "../errors.ts";
import { dayEndMs, dayStartMs, parseDay } from "../text/days.ts";

/** The calendar's ends. */
const FIRST_DAY = "0000-01-01";
const LAST_DAY = "9999-12-31";

export interface TimeRange {
  /** Inclusive. */
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
}

/**
 * The instants of a day range; undefined without one.
 * @throws AppError `invalid-request` for a day that does not exist or a range that ends before it begins.
 */
export function parseTimeRange(
  { from, to, without = [] }: Pick<SearchRequest, "from" | "to" | "without">,
  timezone: string,
): TimeRange | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (without.includes("date"))
    throw new AppError(
      "invalid-request",
      "A range of days and articles without a date were asked for: they have no day.",
    );
  const first = from === undefined ? undefined : parseDay(from, "from");
  const last = to === undefined ? undefined : parseDay(to, "to");
  if (first !== undefined && last !== undefined && first > last)
    throw new AppError("invalid-request", `from is ${first} and to is ${last}: the range ends before it begins.`);
  return toTimeRange({ from: first, to: last }, timezone);
}

/** The instants of a range of days that exist, which may be empty; undefined without one. */
export function toTimeRange(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  timezone: string,
): TimeRange | undefined {
  if (from === undefined && to === undefined) return undefined;
  return {
    // Undated articles stand at −Infinity and are outside of every range; what a zone shifts out of the calendar belongs to its ends.
    startMs: from === undefined || from === FIRST_DAY ? -Number.MAX_VALUE : dayStartMs(from, timezone),
    endMs: to === undefined || to === LAST_DAY ? Number.POSITIVE_INFINITY : dayEndMs(to, timezone),
  };
}
