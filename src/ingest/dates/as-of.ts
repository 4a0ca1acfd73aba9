import { AppError } from "../../errors.ts";
import { zoneOffsetMs } from "../../text/days.ts";
import { readDate } from "./read-date.ts";
import type { AsOf } from "./relative.ts";
import { anyYear, createDateRules } from "./rules.ts";

/** Written with a time of day, or as a number of seconds. */
const HAS_CLOCK = /\d ?[:时時点點]|T\d\d|^\d{9,}$/;

/**
 * Reads `--as-of`: `now`, or a date in any form that an import reads. A day without a time is good for days alone.
 * @throws AppError `usage`
 */
export function parseAsOf(text: string, timezone: string): AsOf {
  const toAsOf = (instantMs: number, isDay: boolean): AsOf => ({
    instantMs,
    localMs: instantMs + zoneOffsetMs(instantMs, timezone),
    isDay,
  });
  if (text.trim().toLowerCase() === "now") return toAsOf(Date.now(), false);
  const reading = readDate(text, anyYear(createDateRules({ timezone })));
  if ("flaw" in reading) {
    throw new AppError("usage", `"${text}" is no moment from which relative dates could be counted.`, {
      remedy: { code: "option-takes", option: "as-of", takes: "a moment such as 2021-03-14T08:05, a day, or now" },
    });
  }
  return toAsOf(reading.atMs, !HAS_CLOCK.test(text));
}
