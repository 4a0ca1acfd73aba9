import type { Lack } from "../archive/request.ts";
import { isDay } from "../text/days.ts";

/**
 * Days as readers type them into the two fields of a range: 2021-3-14, 2021年3月, 民國110年3月14日, 上周, last 7 days. Whoever names a
 * longer time than a day in one field and nothing in the other means all of that time.
 */

export interface DayRange {
  /** `YYYY-MM-DD`, both inclusive. */
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;
/** 民國 1 is 1912. */
const REPUBLIC_OFFSET = 1911;

const toDay = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
const toMs = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const shift = (day: string, days: number): string => toDay(toMs(day) + days * DAY_MS);

function yearRange(year: number): DayRange | undefined {
  return year < 1 || year > 9999 ? undefined : { from: `${pad(year, 4)}-01-01`, to: `${pad(year, 4)}-12-31` };
}

function monthRange(year: number, month: number): DayRange | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12) return undefined;
  const last = new Date(Date.UTC(2000, month, 0));
  last.setUTCFullYear(year, month, 0);
  const from = `${pad(year, 4)}-${pad(month, 2)}-01`;
  return { from, to: `${from.slice(0, 8)}${pad(last.getUTCDate(), 2)}` };
}

function dayRange(year: number, month: number, day: number): DayRange | undefined {
  const whole = monthRange(year, month);
  const one = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return whole === undefined || day < 1 || one > whole.to ? undefined : { from: one, to: one };
}

const pad = (value: number, length: number): string => String(value).padStart(length, "0");

/** Days around today, by name; weeks begin on Monday. */
function namedRange(text: string, today: string): DayRange | undefined {
  const [year = 0, month = 0] = today.split("-").map(Number);
  const weekday = (new Date(toMs(today)).getUTCDay() + 6) % 7;
  const monday = shift(today, -weekday);
  const monthsAgo = (count: number): DayRange | undefined => {
    const at = new Date(Date.UTC(year, month - 1 - count, 1));
    return monthRange(at.getUTCFullYear(), at.getUTCMonth() + 1);
  };
  const single = (day: string): DayRange => ({ from: day, to: day });
  const names: readonly (readonly [RegExp, () => DayRange | undefined])[] = [
    [/^(?:今天|今日|today)$/, () => single(today)],
    [/^(?:昨天|昨日|yesterday)$/, () => single(shift(today, -1))],
    [/^前天$/, () => single(shift(today, -2))],
    [/^(?:本|这|這)(?:一)?(?:个|個)?(?:周|週|星期|礼拜|禮拜)$|^this ?week$/, () => ({ from: monday, to: today })],
    [
      /^上(?:一)?(?:个|個)?(?:周|週|星期|礼拜|禮拜)$|^last ?week$/,
      () => ({ from: shift(monday, -7), to: shift(monday, -1) }),
    ],
    [/^(?:本|这|這)(?:个|個)?月$|^this ?month$/, () => monthsAgo(0)],
    [/^上(?:个|個)?月$|^last ?month$/, () => monthsAgo(1)],
    [/^今年$|^this ?year$/, () => yearRange(year)],
    [/^去年$|^last ?year$/, () => yearRange(year - 1)],
    [/^前年$/, () => yearRange(year - 2)],
  ];
  return names.find(([name]) => name.test(text))?.[1]();
}

const UNIT_DAYS: Readonly<Record<string, number>> = {
  天: 1,
  日: 1,
  day: 1,
  周: 7,
  週: 7,
  星期: 7,
  week: 7,
  月: 30,
  month: 30,
  年: 365,
  year: 365,
};

/** 近 7 天, 最近一周, last 30 days: up to today, which is one of them. */
function recentRange(text: string, today: string): DayRange | undefined {
  const match =
    /^(?:最近|近|过去|過去|last ?|past ?)(\d{1,4})? ?(?:个|個)?(天|日|周|週|星期|月|年|days?|weeks?|months?|years?)(?:内|內)?$/.exec(
      text,
    );
  const unit = UNIT_DAYS[match?.[2]?.replace(/s$/, "") ?? ""];
  if (match === null || unit === undefined) return undefined;
  const days = Number(match[1] ?? 1) * unit;
  return { from: shift(today, 1 - days), to: today };
}

/** A year, perhaps with a month and a day: 2021, 2021年3月, 2021-3-14; or all of it in digits alone: 20210314. */
const toPattern = (year: string, yearInDigits: string): RegExp =>
  new RegExp(
    `^(?:(${year})(?:[年./-](?:(\\d{1,2})(?:[月./-](?:(\\d{1,2})[日号號]?)?)?)?)?|(${yearInDigits})(\\d{2})(\\d{2}))$`,
  );

/** Three digits are a year of the Republic without a word for it, too, as imports read them in Traditional text: 112/02/06. */
const WRITTEN = toPattern("\\d{4}|\\d{3}(?=[年./-])", "\\d{3,4}");
const REPUBLIC_WRITTEN = toPattern("\\d{1,3}", "\\d{2,3}");
const REPUBLIC = /^(?:民国|民國)/;

function writtenRange(text: string): DayRange | undefined {
  const plain = text.replace(REPUBLIC, "").replace(/^元年/, "1年");
  const parts = (REPUBLIC.test(text) ? REPUBLIC_WRITTEN : WRITTEN).exec(plain);
  if (parts === null) return undefined;
  const [written = "", month, day] = parts[1] === undefined ? parts.slice(4) : parts.slice(1);
  const year = Number(written) + (written.length < 4 ? REPUBLIC_OFFSET : 0);
  if (day !== undefined) return dayRange(year, Number(month), Number(day));
  // 0207 is rather a slip, of February 2007 perhaps, than a year of antiquity.
  if (written.startsWith("0")) return undefined;
  return month === undefined ? yearRange(year) : monthRange(year, Number(month));
}

/** 3月, 3月14日: the last that has begun. */
function rangeWithoutYear(text: string, today: string): DayRange | undefined {
  const short = /^(\d{1,2})月(?:(\d{1,2})[日号號]?)?$/.exec(text);
  if (short === null) return undefined;
  const thisYear = Number(today.slice(0, 4));
  const [, month = "", day] = short;
  const inYear = (year: number): DayRange | undefined =>
    day === undefined ? monthRange(year, Number(month)) : dayRange(year, Number(month), Number(day));
  const range = inYear(thisYear);
  // News of a month that has not begun is that of the year before.
  return range !== undefined && range.from > today ? inYear(thisYear - 1) : range;
}

const DIGITS = "〇一二三四五六七八九";

/** 二〇二一年三月十四日 → 2021年3月14日. */
function toArabic(text: string): string {
  return text
    .replace(/[○零]/g, "〇")
    .replace(/([一二三四五六七八九])?十([一二三四五六七八九])?/g, (_, tens = "一", ones = "〇") =>
      String(DIGITS.indexOf(tens) * 10 + DIGITS.indexOf(ones)),
    )
    .replace(/[〇一二三四五六七八九]/g, (digit) => String(DIGITS.indexOf(digit)));
}

/** The days that some words mean; undefined for what means none. `today` is the day where the archive is at home. */
export function parseDayWords(words: string, today: string): DayRange | undefined {
  const text = words.normalize("NFKC").trim().toLowerCase();
  const close = toArabic(text.replace(/\s+/g, ""));
  return (
    namedRange(text, today) ??
    namedRange(text.replace(/\s+/g, ""), today) ??
    recentRange(toArabic(text), today) ??
    recentRange(close, today) ??
    writtenRange(close) ??
    rangeWithoutYear(close, today)
  );
}

/** The two fields of a range, as they were typed or read. */
export interface DayFields {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The days of a form as `YYYY-MM-DD`, where they can be read; what cannot is left as it is, see {@link findDayFault}. */
export function toDays({ from, to }: DayFields, today: string): { from?: string; to?: string } {
  const [first, last] = [readField(from, today), readField(to, today)];
  if (first === undefined) return last === undefined ? {} : { to: last.range?.to ?? last.text };
  // A month, a week, a year in the first field alone is meant whole.
  const isLonger = first.range !== undefined && first.range.from !== first.range.to;
  if (last === undefined) {
    return { from: first.range?.from ?? first.text, ...(isLonger && first.range && { to: first.range.to }) };
  }
  return { from: first.range?.from ?? first.text, to: last.range?.to ?? last.text };
}

function readField(
  text: string | undefined,
  today: string,
): { readonly text: string; readonly range: DayRange | undefined } | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  return { text, range: isDay(text) ? { from: text, to: text } : parseDayWords(text, today) };
}

/** Why a form's days are none to search by: a field that means no day, an end before the beginning, or articles that have no day. */
export type DayFault = "from" | "to" | "reversed" | "undated";

/** What is wrong with the days of a query, which {@link toDays} has read. */
export function findDayFault({
  from,
  to,
  without,
}: DayFields & { readonly without: readonly Lack[] }): DayFault | undefined {
  if (from !== undefined && !isDay(from)) return "from";
  if (to !== undefined && !isDay(to)) return "to";
  if (from !== undefined && to !== undefined && from > to) return "reversed";
  return without.includes("date") && (from ?? to) !== undefined ? "undated" : undefined;
}
