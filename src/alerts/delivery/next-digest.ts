import { dayEndMs, dayOf, zoneOf, zoneOffsetMs } from "../../text/days.ts";
import type { Alert } from "../alert.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * When the next digest is due after a moment: at the next full hour, or the next time that clocks in the zone show the minute of the day. Where
 * they jump over it, it is due when they have jumped. Undefined for what is told at once.
 */
export function nextDigestMs(
  { rhythm, digestMinute, timezone }: Pick<Alert, "rhythm" | "digestMinute" | "timezone">,
  afterMs: number,
): number | undefined {
  if (rhythm === "instant") return undefined;
  if (rhythm === "hourly") {
    // Full hours of the zone: some are half an hour off.
    const offsetMs = zoneOffsetMs(afterMs, timezone);
    return (Math.floor((afterMs + offsetMs) / HOUR_MS) + 1) * HOUR_MS - offsetMs;
  }
  const today = dayOf(afterMs, timezone);
  const due = minuteOfDayMs(today, digestMinute, timezone);
  if (due > afterMs) return due;
  return minuteOfDayMs(dayOf(dayEndMs(today, timezone), timezone), digestMinute, timezone);
}

/** The instant at which clocks show a minute of a day. */
const minuteOfDayMs = (day: string, minute: number, timezone: string): number =>
  zoneOf(timezone).toInstant(Date.parse(`${day}T00:00:00Z`) + minute * MINUTE_MS);
