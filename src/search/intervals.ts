/** By which days, months or years a histogram is counted. */
import type { HistogramInterval } from "../archive/request.ts";
import { daysBetween } from "../text/days.ts";

/** Matches that span fewer days than this are counted by day. */
const MAX_DAYS = 62;

/** Matches that span up to this many years are counted by month, of more by year. */
const MAX_YEARS_OF_MONTHS = 10;

/** Matches that span more years than this are counted with the empty years left out: one misdated article makes no thousand buckets. */
export const MAX_YEARS_WITH_GAPS = 200;

export const yearOf = (day: string): number => Number(day.slice(0, 4));

/** By what a histogram from one day to another is counted. */
export function intervalOf(firstDay: string, lastDay: string): HistogramInterval {
  if (daysBetween(firstDay, lastDay) < MAX_DAYS) return "day";
  const tenYearsOn = `${String(yearOf(firstDay) + MAX_YEARS_OF_MONTHS).padStart(4, "0")}${firstDay.slice(4)}`;
  return lastDay < tenYearsOn ? "month" : "year";
}

/** The first day of the day, month or year that a day is in. */
export function startOf(day: string, interval: HistogramInterval): string {
  if (interval === "day") return day;
  return interval === "month" ? `${day.slice(0, 7)}-01` : `${day.slice(0, 4)}-01-01`;
}
