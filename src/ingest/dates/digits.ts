import { DAY_MS, toLocalDay, toOrdinalDay, toRepublicDay } from "./calendar.ts";

/** What a row of digits may stand for: a reading of clocks, or an instant. */
export type DigitsDate = { readonly localMs: number } | { readonly instantMs: number };

/** The years in which so many digits are taken for a calendar date; 7, 10 and 12 digits may be something else as well. */
const isYear = (year: number, length: number): boolean =>
  length === 7 || length === 10 || length === 12 ? year >= 1900 && year <= 2199 : year >= 1000;

/**
 * What a row of digits can mean, the likelier first. The length says it:
 *
 *      7  2021073             a day of a year, counted through
 *      8  20210314            10  2021031408          12  202103140805
 *     14  20210314080500      17, 20                  with ms, µs
 *      9, 10  1615680300      seconds since 1970 (from 1973 on)
 *     12, 13  1615680300000   ms        15, 16  µs        18, 19  ns
 *
 * Where both fit (12 digits; 10 that begin with a year) the calendar comes first; the caller keeps what is plausible. 12 digits that
 * begin with a year and name no day or time are none: they are a date with a slip sooner than one of the few ms of 1976. Behind a minus
 * stands an epoch.
 */
export function datesOfDigits(written: string): DigitsDate[] {
  const isNegative = written.startsWith("-");
  const digits = isNegative ? written.slice(1) : written;
  const found: DigitsDate[] = [];
  const localMs = isNegative ? undefined : toCalendar(digits);
  if (localMs !== undefined) found.push({ localMs });
  else if (!isNegative && digits.length === 12 && beginsWithYear(digits)) return found;
  const instantMs = toEpoch(digits);
  if (instantMs !== undefined) found.push({ instantMs: isNegative ? -instantMs : instantMs });
  return found;
}

const beginsWithYear = (digits: string): boolean => isYear(Number(digits.slice(0, 4)), digits.length);

function toCalendar(digits: string): number | undefined {
  const { length } = digits;
  const part = (from: number, to: number): number => Number(digits.slice(from, to) || "0");
  const year = part(0, 4);
  if (!isYear(year, length)) return undefined;
  if (length === 7) return toOrdinalDay(year, part(4, 7));
  if (![8, 10, 12, 14, 17, 20].includes(length)) return undefined;
  const day = toLocalDay(year, part(4, 6), part(6, 8));
  const [hour, minute, second] = [part(8, 10), part(10, 12), part(12, 14)];
  if (day === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  return day + ((hour * 60 + minute) * 60 + second) * 1000 + part(14, 17);
}

function toEpoch(digits: string): number | undefined {
  switch (digits.length) {
    case 9:
    case 10:
      return Number(digits) * 1000;
    case 12:
    case 13:
      return Number(digits);
    case 15:
    case 16:
      return Math.floor(Number(digits) / 1000);
    case 18:
    case 19:
      return Number(BigInt(digits) / 1_000_000n);
    default:
      return undefined;
  }
}

/** Seven or six digits as Taiwan's offices write a day: 1100314 is the 14th of March of the year 110 of the Republic. */
export function republicDay(digits: string): number | undefined {
  const match = /^(\d{2,3})(\d\d)(\d\d)$/.exec(digits);
  return match === null ? undefined : toRepublicDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** The day number of spreadsheets, 1900–2099; only to say so. */
export const looksLikeSpreadsheetDay = (value: number): boolean => value >= 1 && value < 73_051;

export const isWholeDay = (localMs: number): boolean => localMs % DAY_MS === 0;
