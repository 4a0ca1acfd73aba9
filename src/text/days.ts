import { AppError } from "../errors.ts";
import { createZone, type Zone } from "./zone.ts";

/**
 * Calendar days in a time zone. A day is `YYYY-MM-DD` (years 0000–9999); an instant is ms since 1970 UTC. A day begins at its
 * first instant in the zone, which is not midnight where clocks jump over it.
 */

const DAY_MS = 86_400_000;
const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/;

const zones = new Map<string, Zone>();

/**
 * The zone of a name, made once: making one takes most of a millisecond.
 * @throws AppError `usage` for a name that is no time zone.
 */
export function zoneOf(timezone: string): Zone {
  let zone = zones.get(timezone);
  if (zone === undefined) {
    zone = createZone(timezone);
    zones.set(timezone, zone);
  }
  return zone;
}

/**
 * How many ms clocks in a zone are ahead of UTC at an instant.
 * @throws AppError `usage` for a name that is no time zone.
 */
export const zoneOffsetMs = (instantMs: number, timezone: string): number => zoneOf(timezone).offsetAt(instantMs);

/** The day of an instant; the first or last day of the calendar where the zone leaves years 0000–9999. */
export function dayOf(instantMs: number, timezone: string): string {
  const date = new Date(instantMs + zoneOffsetMs(instantMs, timezone)).toISOString();
  if (date.startsWith("-")) return "0000-01-01";
  if (date.startsWith("+")) return "9999-12-31";
  return date.slice(0, 10);
}

/** ISO 8601 with the zone's own offset, so that the day in it is the day there. */
export function toZonedIso(atMs: number, timezone: string): string {
  const offsetMinutes = Math.round(zoneOffsetMs(atMs, timezone) / 60_000);
  const local = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const digits = (value: number): string => String(value).padStart(2, "0");
  return `${local}${offsetMinutes < 0 ? "-" : "+"}${digits(hours)}:${digits(minutes)}`;
}

/** First instant of a day in a zone. The day must be valid; see {@link parseDay}. */
export function dayStartMs(day: string, timezone: string): number {
  return startOfLocalDate(Date.parse(`${day}T00:00:00Z`), timezone);
}

/** First instant of the day after `day`; good for 9999-12-31 too. */
export function dayEndMs(day: string, timezone: string): number {
  return startOfLocalDate(Date.parse(`${day}T00:00:00Z`) + DAY_MS, timezone);
}

/** The first instant whose local clock reads `localMs` (a midnight, as if it were UTC) or later. */
function startOfLocalDate(localMs: number, timezone: string): number {
  const before = zoneOffsetMs(localMs - DAY_MS, timezone);
  const after = zoneOffsetMs(localMs + DAY_MS, timezone);
  // With the larger offset the clock reaches midnight earlier; that instant is real when the offset holds there.
  for (const offset of before > after ? [before, after] : [after, before]) {
    const instant = localMs - offset;
    if (zoneOffsetMs(instant, timezone) === offset) return instant;
  }
  // Midnight is jumped over: the day begins where the clocks change, between the two readings.
  let low = localMs - after;
  let high = localMs - before;
  if (low > high) [low, high] = [high, low];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (middle + zoneOffsetMs(middle, timezone) >= localMs) high = middle;
    else low = middle;
  }
  return high;
}

/** Whether a text is a day of the calendar, written `YYYY-MM-DD`. */
export function isDay(value: string): boolean {
  if (!DAY_PATTERN.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === value;
}

/**
 * A day as a person or a form gives it.
 * @throws AppError `invalid-request` naming `what` when it is no `YYYY-MM-DD` day of the calendar.
 */
export function parseDay(value: string, what: string): string {
  if (isDay(value)) return value;
  throw new AppError(
    "invalid-request",
    `${what} is ${JSON.stringify(value.slice(0, 40))}: wanted a day of the calendar as YYYY-MM-DD, like 2021-03-14.`,
  );
}

/** The first day of the next day, month or year after a day that is itself the first of its kind. */
export function nextStart(day: string, interval: "day" | "month" | "year"): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (interval === "day") date.setUTCDate(date.getUTCDate() + 1);
  else if (interval === "month") date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setUTCFullYear(date.getUTCFullYear() + 1);
  return date.toISOString().slice(0, 10);
}

/** Days from one to another, 0 for the same day. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** The day so many days after another, or before it. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
