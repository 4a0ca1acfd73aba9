import { toLocalDay, toOrdinalDay, toRepublicDay, toWeekDay, weekdayOf } from "./calendar.ts";
import { republicDay } from "./digits.ts";
import type { DateRules } from "./rules.ts";

/** Why a text is no date, as an import report says it; each edge adds what mends it. */
export const FLAWS = {
  unreadable: "no date that can be read",
  missing: "no such day or time",
  implausible: "outside of the years that are allowed",
  relative: "says how long ago, but not from which moment",
  withoutYear: "names no year",
  twoDigits: "a year of two digits may be of several centuries",
  republic: "may be a year of the Republic of China",
  dayOrder: "day and month may be either",
  yearAlone: "names no month",
  spreadsheet: "a day number of a spreadsheet; format the column as a date there",
  rounded: "a number whose last digits a spreadsheet has dropped",
} as const;
export type DateFlaw = keyof typeof FLAWS;

/** What is known of the record around a date. */
export interface DateHints {
  /** Its text is Chinese. */
  readonly isChinese?: boolean;
  /** Its text is written in Traditional characters. */
  readonly isTraditional?: boolean;
  /** The field's name says that its clocks stand in UTC. */
  readonly isUtc?: boolean;
}

/** A day found in a text, with what stands on both sides of it. */
export interface DayFound {
  readonly localMs: number;
  readonly before: string;
  readonly after: string;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH =
  "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])";
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const YEAR_FIRST = /(?<![\d.\-/+]|\d:)(\d{4}) ?([-/.]) ?(\d{1,2})(?: ?\2 ?(\d{1,2}))?(?!\d)/;
const HAN =
  /(?<![\d.])((?:中[华華])?民[国國] ?)?(\d{1,4}) ?年 ?(\d{1,2}) ?月(?: ?(\d{1,2})(?!\d|[年月个個期时時点點分秒刻]|[周週](?![一二三四五六日天])) ?[日号號]?)?/;
/** Behind a month: a number that is not clearly its day, such as 三月十四, which is how days of the moon are written. */
const NUMBER_AHEAD = /^ ?[\d一二三四五六七八九十廿卄卅]/;
/** Before a year: it is one of the common era, however few its digits. */
const COMMON_ERA = /(?:公元|西元|[纪紀]元) ?$/;
const REPUBLIC = /(?:中[华華])?民[国國] ?(\d{1,3}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2})(?!\d) ?[日号號]?/;
const REPUBLIC_DIGITS = /(?:中[华華])?民[国國] ?(\d{6,7})(?!\d)/;
const SHORT_YEAR = /(?<![\d.\-/+]|\d:)(\d{1,3})([-/.]) ?(\d{1,2})\2 ?(\d{1,2})(?![\d:])/;
const WEEK = /^(\d{4})-?W(\d\d)(?:-?([1-7]))?(?!\d)/;
const ORDINAL = /^(\d{4})-(\d{3})(?!\d)/;
const COMPACT = /(?<![\d.])(\d{4})(\d\d)(\d\d)(?!\d)/;
const DAY_MONTH_YEAR = /(?<![\d.\-/])(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)/;
const DAY_NAME_YEAR = new RegExp(
  `(?<![\\d\\p{L}])(\\d{1,2})(?:st|nd|rd|th)?[ \\-/.,]{0,2}${MONTH}\\.?[ ,\\-/]{0,2}'?(\\d{4}|\\d\\d)(?!\\d)`,
  "iu",
);
const NAME_DAY_YEAR = new RegExp(
  `(?<!\\p{L})${MONTH}\\.?[ -]?(\\d{1,2})(?:st|nd|rd|th)?(?!\\d)[,\\- ]{1,3}(\\d{4})(?![\\d:])`,
  "iu",
);
/** As C's asctime and Unix's date write: the year comes behind the time. */
const NAME_DAY_TIME_YEAR = new RegExp(
  `(?<!\\p{L})${MONTH}\\.? +(\\d{1,2})(?!\\d),? +(\\d{1,2}:\\d\\d(?::\\d\\d)?(?: ?[ap]m)?(?: +[A-Z]{1,5}| +(?:GMT|UTC)?[+-]\\d\\d:?\\d\\d)?),? +(\\d{4})(?!\\d)`,
  "iu",
);
const YEAR_NAME_DAY = new RegExp(
  `(?<![\\d.])(\\d{4})[ \\-/]${MONTH}\\.?[ \\-/](\\d{1,2})(?:st|nd|rd|th)?(?!\\d)`,
  "iu",
);
const NAME_YEAR = new RegExp(`^${MONTH}\\.?,? (\\d{4})$`, "iu");

/** The first day that a text names, or why it names none. `text` is in NFKC, with plain blanks and Chinese numbers as digits. */
export function findDay(text: string, rules: DateRules, hints: DateHints): DayFound | DateFlaw | undefined {
  const before = (match: RegExpExecArray): string => text.slice(0, match.index);
  const behind = (match: RegExpExecArray): string => text.slice(match.index + match[0].length);
  const found = (match: RegExpExecArray, localMs: number | undefined): DayFound | DateFlaw => {
    return localMs === undefined ? "missing" : { localMs, before: before(match), after: behind(match) };
  };

  const week = WEEK.exec(text);
  if (week !== null) return found(week, toWeekDay(Number(week[1]), Number(week[2]), Number(week[3] ?? 1)));
  const ordinal = ORDINAL.exec(text);
  if (ordinal !== null) return found(ordinal, toOrdinalDay(Number(ordinal[1]), Number(ordinal[2])));

  const republic = REPUBLIC.exec(text);
  if (republic !== null)
    return found(republic, toRepublicDay(Number(republic[1]), Number(republic[2]), Number(republic[3])));
  const digits = REPUBLIC_DIGITS.exec(text);
  if (digits !== null) return found(digits, republicDay(digits[1] ?? ""));
  const han = HAN.exec(text);
  if (han !== null) {
    const [month, day] = [Number(han[3]), Number(han[4] ?? 1)];
    if (han[4] === undefined && NUMBER_AHEAD.test(behind(han))) return "unreadable";
    if (han[1] !== undefined) return found(han, toRepublicDay(Number(han[2]), month, day));
    const year = toYear(han[2] ?? "", before(han), rules, hints);
    return typeof year === "string" ? year : found(han, toLocalDay(year, month, day));
  }

  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    if (yearFirst[4] === undefined && NUMBER_AHEAD.test(behind(yearFirst))) return "unreadable";
    return found(yearFirst, toLocalDay(Number(yearFirst[1]), Number(yearFirst[3]), Number(yearFirst[4] ?? 1)));
  }
  const compact = COMPACT.exec(text);
  if (compact !== null && /^[12]/.test(compact[0])) {
    const day = found(compact, toLocalDay(Number(compact[1]), Number(compact[2]), Number(compact[3])));
    // 20210314 080500, 20210314_080500: the time is as compact as the day.
    return typeof day === "string" ? day : { ...day, after: day.after.replace(/^[ _-](?=(?:\d{4}|\d{6})(?!\d))/, "T") };
  }

  const inEnglish = findEnglish(text, found);
  if (inEnglish !== undefined) return inEnglish;

  const dayMonthYear = DAY_MONTH_YEAR.exec(text);
  if (dayMonthYear !== null) {
    const [first, second, year] = [Number(dayMonthYear[1]), Number(dayMonthYear[3]), Number(dayMonthYear[4])];
    const isDayFirst = rules.dayOrder === undefined ? first > 12 : rules.dayOrder === "dmy";
    if (rules.dayOrder === undefined && first <= 12 && second <= 12 && first !== second) return "dayOrder";
    return found(dayMonthYear, isDayFirst ? toLocalDay(year, second, first) : toLocalDay(year, first, second));
  }
  const short = SHORT_YEAR.exec(text);
  if (short !== null) {
    const year = toYear(short[1] ?? "", before(short), rules, hints);
    return typeof year === "string" ? year : found(short, toLocalDay(year, Number(short[3]), Number(short[4])));
  }
  return undefined;
}

/** Four digits are a year of the common era; fewer are one of the Republic where the context says so. */
function toYear(digits: string, before: string, rules: DateRules, hints: DateHints): number | DateFlaw {
  const year = Number(digits);
  if (digits.length === 4 || COMMON_ERA.test(before)) return year;
  if (year === 0) return "missing";
  if (rules.republicYears === true) return year + 1911;
  if (digits.length === 3)
    return rules.republicYears === undefined && hints.isTraditional === true ? year + 1911 : "republic";
  return "twoDigits";
}

type Found = (match: RegExpExecArray, localMs: number | undefined) => DayFound | DateFlaw;

function findEnglish(text: string, found: Found): DayFound | DateFlaw | undefined {
  if (!/[a-z]{3}/i.test(text)) return undefined;
  const day = (year: string | undefined, month: string | undefined, day: string | undefined): number | undefined =>
    toLocalDay(Number(year), MONTHS.indexOf((month ?? "").toLowerCase().slice(0, 3)) + 1, Number(day));

  const yearLast = NAME_DAY_TIME_YEAR.exec(text);
  if (yearLast !== null) {
    const asFound = found(yearLast, day(yearLast[4], yearLast[1], yearLast[2]));
    return typeof asFound === "string" ? asFound : { ...asFound, after: ` ${yearLast[3]}${asFound.after}` };
  }
  const dayFirst = DAY_NAME_YEAR.exec(text);
  if (dayFirst !== null) {
    const [, number, month, year = ""] = dayFirst;
    if (year.length === 4) return found(dayFirst, day(year, month, number));
    // RFC 850 writes two digits, and a weekday that tells the century.
    const weekday = /(?<![a-z])(sun|mon|tue|wed|thu|fri|sat)[a-z]*\.?,? *$/i.exec(text.slice(0, dayFirst.index))?.[1];
    const fitting = [`20${year}`, `19${year}`]
      .map((full) => day(full, month, number))
      .find((localMs) => localMs !== undefined && WEEKDAYS[weekdayOf(localMs)] === weekday?.toLowerCase());
    return fitting === undefined ? "twoDigits" : found(dayFirst, fitting);
  }
  const monthFirst = NAME_DAY_YEAR.exec(text);
  if (monthFirst !== null) return found(monthFirst, day(monthFirst[3], monthFirst[1], monthFirst[2]));
  const yearFirst = YEAR_NAME_DAY.exec(text);
  if (yearFirst !== null) return found(yearFirst, day(yearFirst[1], yearFirst[2], yearFirst[3]));
  const monthAlone = NAME_YEAR.exec(text);
  return monthAlone === null ? undefined : found(monthAlone, day(monthAlone[2], monthAlone[1], "1"));
}
