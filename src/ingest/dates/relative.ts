import { DAY_MS, toLocalDay } from "./calendar.ts";
import { type AfterDay, readAfterDay } from "./clock.ts";

/** The moment that relative dates are counted from: when the page was fetched, or the dump was made. */
export interface AsOf {
  readonly instantMs: number;
  /** What the clocks of the zone in force show then, as if they stood in UTC. */
  readonly localMs: number;
  /** True where only the day is known: hours and minutes cannot be counted from it. */
  readonly isDay: boolean;
}

/** A relative date: an instant, or a local day with what is written behind it. */
export type RelativeDate =
  | { readonly instantMs: number }
  | { readonly localDayMs: number; readonly after: AfterDay }
  /** It is relative, and cannot be counted from what is given. */
  | "needs-as-of";

const HAN_AGO =
  /^(?:大?[约約] ?)?(半|\d{1,4}) ?(?:个|個)?(半)? ?(秒|分|小[时時]|[钟鐘][头頭]|天|日|[周週]|星期|[礼禮]拜|月|年)[钟鐘]?(?: ?(\d{1,2}) ?分[钟鐘]?)? ?(?:之|以)?前$/;
const LATIN_AGO =
  /^(?:about )?(an?|one|half an|\d{1,4}) ?(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|months?|years?) ago$/i;
const NOW = /^(?:[刚剛]{1,2}|[刚剛]才|just now|now)$/i;
const DAYS: readonly (readonly [RegExp, number])[] = [
  [/^(?:今[天日]|today,?)/i, 0],
  [/^(?:今(?=[晨早晚]))/, 0],
  [/^(?:昨[天日]|yesterday,?)/i, 1],
  [/^(?:昨(?=[晨早晚夜]))/, 1],
  [/^(?:大前[天日])/, 3],
  [/^(?:前[天日])/, 2],
];
/** Named vaguely, or by weekday: relative all the same. */
const VAGUE =
  /^(?:[几幾数數]|若干).{0,6}前$|^(?:上|本|这|這|下)(?:个|個)?(?:周|週|星期|[礼禮]拜|月|年)|^(?:去|今|前|明)年|^(?:星期|周|週|[礼禮]拜)[一二三四五六日天]|^(?:last|this|next) (?:week|month|year|mon|tue|wed|thu|fri|sat|sun)/i;
const WITHOUT_YEAR = /^(\d{1,2}) ?(?:月|([-/.])) ?(\d{1,2})(?!\d)(?:(?<=月.*) ?[日号號])?/;

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a date that says how long ago it was, or leaves the year out. Undefined for anything else. */
export function readRelative(text: string, asOf: AsOf | undefined): RelativeDate | undefined {
  if (NOW.test(text)) return asOf === undefined || asOf.isDay ? "needs-as-of" : { instantMs: asOf.instantMs };
  const han = HAN_AGO.exec(text);
  const latin = LATIN_AGO.exec(text);
  if (han !== null || latin !== null) {
    if (asOf === undefined) return "needs-as-of";
    const [, amount = "", half, unit = "", minutes] = han ?? ["", latin?.[1], undefined, latin?.[2], undefined];
    const count =
      (/^\d/.test(amount) ? Number(amount) : /半|half/i.test(amount) ? 0.5 : 1) + (half === undefined ? 0 : 0.5);
    return goBack(asOf, count, toUnit(unit), Number(minutes ?? 0));
  }
  for (const [pattern, daysBack] of DAYS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const after = readAfterDay(text.slice(match[0].length));
    if (after === undefined || /\d/.test(after.rest)) return undefined;
    return asOf === undefined ? "needs-as-of" : { localDayMs: dayOf(asOf) - daysBack * DAY_MS, after };
  }
  if (VAGUE.test(text)) return "needs-as-of";
  return readWithoutYear(text, asOf);
}

const dayOf = ({ localMs }: AsOf): number => Math.floor(localMs / DAY_MS) * DAY_MS;

type Unit = "s" | "m" | "h" | "day" | "week" | "month" | "year";

function toUnit(written: string): Unit {
  const text = written.toLowerCase();
  if (/^(?:秒|s)/.test(text)) return "s";
  if (/^(?:分|m(?:$|in))/.test(text)) return "m";
  if (/^(?:小|[钟鐘]|h)/.test(text)) return "h";
  if (/^(?:天|日|d)/.test(text)) return "day";
  if (/^(?:[周週]|星|[礼禮]|week)/.test(text)) return "week";
  return /^(?:月|month)/.test(text) ? "month" : "year";
}

function goBack(asOf: AsOf, count: number, unit: Unit, moreMinutes: number): RelativeDate | undefined {
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) {
    if (asOf.isDay) return "needs-as-of";
    return { instantMs: asOf.instantMs - count * unitMs - moreMinutes * 60_000 };
  }
  // Days and more are as exact as they are written: the time of day is not known.
  if (!Number.isInteger(count)) return undefined;
  const after: AfterDay = { rest: "" };
  const today = dayOf(asOf);
  if (unit === "day" || unit === "week")
    return { localDayMs: today - count * (unit === "week" ? 7 : 1) * DAY_MS, after };
  const date = new Date(today);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() - count * (unit === "year" ? 12 : 1);
  const [year, month] = [Math.floor(months / 12), (months % 12) + 1];
  for (let day = date.getUTCDate(); day > 27; day--) {
    const localDayMs = toLocalDay(year, month, day);
    if (localDayMs !== undefined) return { localDayMs, after };
  }
  const localDayMs = toLocalDay(year, month, date.getUTCDate());
  return localDayMs === undefined ? undefined : { localDayMs, after };
}

/** 3月14日 08:05: the last such day that is not after the reference. */
function readWithoutYear(text: string, asOf: AsOf | undefined): RelativeDate | undefined {
  const match = WITHOUT_YEAR.exec(text);
  if (match === null) return undefined;
  const [all, month, separator, day] = match;
  const rest = text.slice(all.length).replace(/^ ?[日号號]/, "");
  // 3.14 may be a number, 03/14/21 is a date with a year.
  if (separator === "." || (separator !== undefined && rest.startsWith(separator))) return undefined;
  const after = readAfterDay(rest);
  if (after === undefined || /^[\d:.\-/~前后後至到]/.test(after.rest)) return undefined;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
  if (asOf === undefined) return "needs-as-of";
  const today = dayOf(asOf);
  const year = new Date(today).getUTCFullYear();
  for (const candidate of [year, year - 1]) {
    const localDayMs = toLocalDay(candidate, Number(month), Number(day));
    if (localDayMs !== undefined && localDayMs <= today) return { localDayMs, after };
  }
  return undefined;
}
