import type { Zone } from "./zone.ts";

/**
 * What people write for an instant → ms since 1970 UTC. Read are
 *
 *     ISO 8601            2021-03-14T08:05:00.000Z   2021-03-14 08:05   2021-03-14   2021-03
 *     with / or .         2021/3/14 8:05             2021.03.14
 *     compact             20210314   202103140805   20210314080500   20210314T080500Z
 *     epoch               1615680300   1615680300000   (seconds, ms, µs: by size; number or digits)
 *     Chinese             2021年3月14日 8时05分   2021年3月14日 下午3點05分   民國110年3月14日
 *     RFC 2822, ctime     Sun, 14 Mar 2021 08:05:00 +0800   Sun Mar 14 08:05:00 2021   March 14, 2021
 *
 * Where no zone is written the given one counts. Years 0–9999; a day that does not exist is refused, never rolled over.
 */

/** 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z. */
export const MIN_INSTANT_MS = -62_167_219_200_000;
export const MAX_INSTANT_MS = 253_402_300_799_999;

/** The instant of a date as found in a record, or undefined where none can be read from it. */
export function parseDate(value: unknown, zone: Zone): number | undefined {
  if (typeof value === "string") return parseText(value, zone);
  if (typeof value === "number") return Number.isFinite(value) ? parseNumber(value, zone) : undefined;
  if (typeof value === "bigint") return parseNumber(Number(value), zone);
  return undefined;
}

const SEPARATED = /^(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2})(?![\d]))?(.*)$/s;
const COMPACT = /^(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(?:(\d\d)(\.\d+)?)?)?(?:\s*(Z|[+-]\d\d:?\d\d))?$/i;
const CHINESE = /^(\d{1,4})年(\d{1,2})月(?:(\d{1,2})[日号號])?(.*)$/s;
const REPUBLIC = /^(?:中[华華])?民[国國](?=\d{1,3}年)/;
const LABEL = /^[\p{Script=Han}]+[:：]\s*/u;

function parseText(value: string, zone: Zone): number | undefined {
  // A date is short; a page of text in its place is not worth a search.
  if (value.length > 100) return undefined;
  let text = value.trim();
  if (text.length === 0) return undefined;
  const ascii = !/[^\x20-\x7e]/.test(text);
  if (!ascii) text = text.normalize("NFKC").replace(/\s+/g, " ").replace(LABEL, "").trim();

  const separated = SEPARATED.exec(text);
  if (separated !== null) {
    const [, year, , month, day, rest] = separated;
    const time = parseTime(rest ?? "");
    return time && toInstant(Number(year), Number(month), Number(day ?? 1), time, zone);
  }
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return parseCompact(text, zone) ?? parseNumber(Number(text), zone);
  const compact = parseCompact(text, zone);
  if (compact !== undefined) return compact;
  return ascii ? parseEnglish(text, zone) : parseChinese(text, zone);
}

function parseNumber(value: number, zone: Zone): number | undefined {
  const size = Math.abs(value);
  if (size >= 19_000_101 && size < 100_000_000) return parseCompact(String(value), zone);
  // Anything smaller is a year, a serial number or a zero that stands for "unknown", not an epoch.
  if (size < 1e8 || size >= 1e17) return undefined;
  const ms = size < 1e11 ? value * 1000 : size < 1e14 ? value : value / 1000;
  const instant = Math.round(ms);
  return instant >= MIN_INSTANT_MS && instant <= MAX_INSTANT_MS ? instant : undefined;
}

function parseCompact(text: string, zone: Zone): number | undefined {
  const match = COMPACT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, offset] = match;
  const time: ClockTime = {
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    ms: fractionMs(fraction),
    offsetMs: offset === undefined ? undefined : parseOffset(offset),
  };
  // Twelve digits are a minute of the last or this century, or an epoch in ms before 2001.
  const isClock = hour !== undefined && second === undefined && !text.includes("T");
  if (isClock && !(year !== undefined && year >= "1900" && year < "2100")) return undefined;
  return toInstant(Number(year), Number(month), Number(day), time, zone);
}

function parseChinese(text: string, zone: Zone): number | undefined {
  const republic = REPUBLIC.exec(text);
  const match = CHINESE.exec(republic === null ? text : text.slice(republic[0].length));
  if (match === null) return undefined;
  const [, year, month, day, rest] = match;
  const time = parseTime(rest ?? "");
  return time && toInstant(Number(year) + (republic === null ? 0 : 1911), Number(month), Number(day ?? 1), time, zone);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAY = "(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?,? +)?";
const DAY_FIRST = new RegExp(`^${WEEKDAY}(\\d{1,2})[ -]([a-z]{3})[a-z]*\\.?,?[ -](\\d{4}|\\d\\d)(?!\\d)(.*)$`, "i");
const MONTH_FIRST = new RegExp(`^${WEEKDAY}([a-z]{3})[a-z]*\\.? +(\\d{1,2})(?!\\d)(.*)$`, "i");

function parseEnglish(text: string, zone: Zone): number | undefined {
  text = text.replace(/\s*\([^()]*\)$/, "");
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst !== null) {
    const [, day, month, year, rest] = dayFirst;
    return parseWithMonthName(year, month, day, rest, zone);
  }
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst === null) return undefined;
  const [, month, day, rest] = monthFirst;
  const yearNext = /^,? +(\d{4})(?!\d)(.*)$/.exec(rest ?? "");
  if (yearNext !== null) return parseWithMonthName(yearNext[1], month, day, yearNext[2], zone);
  const yearLast = /^( .*?) +(\d{4})$/.exec(rest ?? "");
  return yearLast === null ? undefined : parseWithMonthName(yearLast[2], month, day, yearLast[1], zone);
}

function parseWithMonthName(
  yearText: string | undefined,
  monthName: string | undefined,
  day: string | undefined,
  rest: string | undefined,
  zone: Zone,
): number | undefined {
  const month = MONTHS.indexOf((monthName ?? "").toLowerCase()) + 1;
  const time = parseTime(rest ?? "");
  if (month === 0 || time === undefined) return undefined;
  let year = Number(yearText);
  // RFC 2822, section 4.3: two digits below 50 are this century.
  if (yearText?.length === 2) year += year < 50 ? 2000 : 1900;
  return toInstant(year, month, Number(day), time, zone);
}

interface ClockTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
  /** East of UTC; undefined where none is written. */
  readonly offsetMs: number | undefined;
}

const MIDNIGHT: ClockTime = { hour: 0, minute: 0, second: 0, ms: 0, offsetMs: undefined };

const CLOCK = new RegExp(
  "^[ T_,]*(?:\\(?(?:星期|周|週|礼拜|禮拜)?[一二三四五六日天]\\)?)?[ T]*" +
    "(凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|晚間|晚间|夜间|夜間)? ?" +
    "(\\d{1,2})(?:(?::| ?[时時点點]) ?(\\d{1,2})(?:(?::| ?分) ?(\\d{1,2})([.,]\\d{1,9})?)?)?[时時点點分秒整]*" +
    " ?(am|pm|a\\.m\\.|p\\.m\\.)?" +
    " ?(z|utc|gmt|ut|[a-z]{3,4})? ?(?:([+-]\\d\\d):?(\\d\\d)?)?$",
  "i",
);
const ONLY_WEEKDAY = /^[ ,]*\(?(?:(?:星期|周|週|礼拜|禮拜)?[一二三四五六日天])?\)?$/;

/** RFC 2822, section 4.3. CST is left out: in a Chinese archive it means China, so the zone in force decides. */
const NAMED_OFFSETS: Record<string, number> = {
  z: 0, utc: 0, gmt: 0, ut: 0, est: -5, edt: -4, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7, hkt: 8, sgt: 8, jst: 9, kst: 9,
}; // biome-ignore format: a table

function parseTime(rest: string): ClockTime | undefined {
  if (rest.length === 0 || ONLY_WEEKDAY.test(rest)) return MIDNIGHT;
  const match = CLOCK.exec(rest);
  if (match === null) return undefined;
  const [, period, hourText, minute, second, fraction, half, name, offsetHours, offsetMinutes] = match;
  // "2021-03-14 8" may be anything; an hour alone counts only where it is named (8时, 下午3点, 8 pm).
  if (minute === undefined && period === undefined && half === undefined && !/[时時点點]/.test(rest)) return undefined;
  const hour = toHour(Number(hourText), period, half?.toLowerCase().charAt(0));
  if (hour === undefined) return undefined;
  let offsetMs: number | undefined;
  if (name !== undefined) {
    const hours = NAMED_OFFSETS[name.toLowerCase()];
    if (hours === undefined && name.toLowerCase() !== "cst") return undefined;
    if (hours !== undefined) offsetMs = hours * 3_600_000;
  }
  if (offsetHours !== undefined) offsetMs = parseOffset(`${offsetHours}${offsetMinutes ?? "00"}`);
  return { hour, minute: Number(minute ?? 0), second: Number(second ?? 0), ms: fractionMs(fraction), offsetMs };
}

function toHour(hour: number, period: string | undefined, half: string | undefined): number | undefined {
  if (half !== undefined) return hour < 1 || hour > 12 ? undefined : (hour % 12) + (half === "p" ? 12 : 0);
  if (period === undefined || hour > 12) return hour;
  if (/下午|傍晚|晚|夜/.test(period)) return hour === 12 && !period.startsWith("下") ? 24 : (hour % 12) + 12;
  if (period === "中午") return hour < 5 ? hour + 12 : hour;
  return hour === 12 ? 0 : hour;
}

function parseOffset(text: string): number | undefined {
  if (text.toUpperCase() === "Z") return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  if (hours > 15 || minutes > 59) return Number.NaN;
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

const fractionMs = (fraction: string | undefined): number =>
  fraction === undefined ? 0 : Math.floor(Number(`0.${fraction.slice(1)}`) * 1000 + 1e-6);

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** The instant, or undefined for a day or time that does not exist. An instant that its zone pushes out of 0–9999 is held at the edge. */
function toInstant(year: number, month: number, day: number, time: ClockTime, zone: Zone): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const { hour, minute, second, ms, offsetMs } = time;
  if (minute > 59 || second > 60 || hour > 24 || (hour === 24 && (minute > 0 || second > 0 || ms > 0)))
    return undefined;
  if (Number.isNaN(offsetMs)) return undefined;
  const local = dayNumber(year, month, day) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  const instant = offsetMs === undefined ? zone.toInstant(local) : local - offsetMs;
  return Math.min(MAX_INSTANT_MS, Math.max(MIN_INSTANT_MS, instant));
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;

/** Days from 1970-01-01 in the proleptic Gregorian calendar; `Date.UTC` would read the years 0–99 as 1900–1999. */
function dayNumber(year: number, month: number, day: number): number {
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const inYear = (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (month > 2 && isLeap(year) ? 1 : 0) + day - 1;
  return past * 365 + leapDays + inYear - 719_162;
}
