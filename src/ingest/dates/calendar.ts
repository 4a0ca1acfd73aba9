/** The proleptic Gregorian calendar, for the years 0–9999. A local time is ms since 1970 as if the clock stood in UTC. */

/** 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z. */
export const MIN_INSTANT_MS = -62_167_219_200_000;
export const MAX_INSTANT_MS = 253_402_300_799_999;

export const DAY_MS = 86_400_000;

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;

/** Days from 1970-01-01; `Date.UTC` would read the years 0–99 as 1900–1999. */
function dayNumber(year: number, month: number, day: number): number {
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const inYear = (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (month > 2 && isLeap(year) ? 1 : 0) + day - 1;
  return past * 365 + leapDays + inYear - 719_162;
}

/** The local time at which a day begins, or undefined for a day that does not exist: it is never rolled over. */
export function toLocalDay(year: number, month: number, day: number): number | undefined {
  if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  return dayNumber(year, month, day) * DAY_MS;
}

/** The day of a year of the Republic of China: its year 1 is 1912, and it has none before. */
export const toRepublicDay = (year: number, month: number, day: number): number | undefined =>
  year < 1 ? undefined : toLocalDay(year + 1911, month, day);

/** The day of a year counted through, 1–366 (ISO 8601 ordinal date). */
export function toOrdinalDay(year: number, dayOfYear: number): number | undefined {
  if (dayOfYear < 1 || dayOfYear > (isLeap(year) ? 366 : 365)) return undefined;
  return (dayNumber(year, 1, 1) + dayOfYear - 1) * DAY_MS;
}

/** 0 is Sunday. */
export const weekdayOf = (localMs: number): number => (((Math.floor(localMs / DAY_MS) + 4) % 7) + 7) % 7;

/** The day of an ISO 8601 week date; `weekday` 1 is Monday. The first week of a year is the one with its 4 January. */
export function toWeekDay(year: number, week: number, weekday: number): number | undefined {
  const fourth = dayNumber(year, 1, 4) * DAY_MS;
  const firstMonday = fourth - ((weekdayOf(fourth) + 6) % 7) * DAY_MS;
  const thursday = firstMonday + (week - 1) * 7 * DAY_MS + 3 * DAY_MS;
  if (week < 1 || weekday < 1 || weekday > 7 || thursday >= dayNumber(year + 1, 1, 1) * DAY_MS) return undefined;
  return firstMonday + ((week - 1) * 7 + weekday - 1) * DAY_MS;
}
