import { dayOf, toZonedIso, zoneOffsetMs } from "../../text/days.ts";
import { type Html, html } from "../html.ts";
import type { View } from "./view.ts";

/** Instants as readers are told them: by the clock of the archive's zone, exact, or by the day where no more is known. */

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;

/** What was published with a day and no clock time is kept as the first instant of that day. */
export function isDayOnly(atMs: number, timezone: string): boolean {
  return toZonedIso(atMs, timezone).slice(11, 23) === "00:00:00.000";
}

/** Day, clock time and zone, with the rest of it on hover: weekday, seconds, name of the zone. */
export function renderMoment(view: View, atMs: number): Html {
  const { timezone } = view;
  const zone = toZoneName(atMs, timezone);
  if (isDayOnly(atMs, timezone)) {
    const title = `${view.formatFullDay(atMs)} · ${view.strings.dayOnly}`;
    return html`<time datetime="${dayOf(atMs, timezone)}" title="${title}">${view.formatDay(atMs)}</time>`;
  }
  const title = `${view.formatFullDay(atMs)} ${view.formatClock(atMs, "seconds")} ${zone} (${timezone})`;
  return html`<time datetime="${toZonedIso(atMs, timezone).replace(".000", "")}" title="${title}">${view.formatDay(atMs)} ${view.formatClock(atMs, "minutes")} <span class="zone">${zone}</span></time>`;
}

/** How far the clocks are from UTC: UTC+8, UTC−3:30. */
export function toZoneName(atMs: number, timezone: string): string {
  const minutes = Math.round(zoneOffsetMs(atMs, timezone) / MINUTE_MS);
  if (minutes === 0) return "UTC";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / HOUR_MINUTES), Math.abs(minutes) % HOUR_MINUTES];
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

/**
 * How much later or earlier than `fromMs` something came: to the minute, or in days of the calendar where one of the two knows
 * only its day.
 */
export function toOffset(view: View, fromMs: number, atMs: number): string {
  const { strings, timezone } = view;
  if (isDayOnly(fromMs, timezone) || isDayOnly(atMs, timezone)) {
    const days = (Date.parse(dayOf(atMs, timezone)) - Date.parse(dayOf(fromMs, timezone))) / (DAY_MINUTES * MINUTE_MS);
    if (days === 0) return strings.sameDay;
    const length = view.formatLength(Math.abs(days), "day");
    return days < 0 ? strings.before(length) : strings.after(length);
  }
  const minutes = Math.round(Math.abs(atMs - fromMs) / MINUTE_MS);
  if (minutes === 0) return strings.sameTime;
  const parts = [
    view.formatLength(Math.floor(minutes / DAY_MINUTES), "day"),
    view.formatLength(Math.floor((minutes % DAY_MINUTES) / HOUR_MINUTES), "hour"),
    // After days, minutes say nothing more.
    minutes < DAY_MINUTES ? view.formatLength(minutes % HOUR_MINUTES, "minute") : "",
  ];
  const length = parts.filter((part) => part !== "").join(" ");
  return atMs < fromMs ? strings.before(length) : strings.after(length);
}
