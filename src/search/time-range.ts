import type { SearchRequest } from "../archive/request.ts";
import { AppError } from "../errors.ts";
import { dayEndMs, dayStartMs, parseDay } from "../text/days.ts";

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
  { from, to }: Pick<SearchRequest, "from" | "to">,
  timezone: string,
): TimeRange | undefined {
  if (from === undefined && to === undefined) return undefined;
  const first = from === undefined ? undefined : parseDay(from, "from");
  const last = to === undefined ? undefined : parseDay(to, "to");
  if (first !== undefined && last !== undefined && first > last)
    throw new AppError("invalid-request", `from is ${first} and to is ${last}: the range ends before it begins.`);
  return {
    // Undated articles stand at −Infinity and are outside of every range.
    startMs: first === undefined ? -Number.MAX_VALUE : dayStartMs(first, timezone),
    endMs: last === undefined ? Number.POSITIVE_INFINITY : dayEndMs(last, timezone),
  };
}
