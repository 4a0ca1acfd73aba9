/** Reads dates by the rules that most tests of dates share, and names the instants that they mean. */
import type { DateHints } from "../../src/ingest/dates/day.ts";
import { readDate } from "../../src/ingest/dates/read-date.ts";
import type { AsOf } from "../../src/ingest/dates/relative.ts";
import { anyYear, createDateRules, type DateRules, type DateSettings } from "../../src/ingest/dates/rules.ts";

/** Rules of Shanghai in the years until 2027, unless they are set otherwise. */
export const rulesOf = (settings: DateSettings = {}): DateRules =>
  createDateRules({ latestMs: Date.UTC(2027, 0), ...settings });
export const shanghai = rulesOf();
/** As {@link shanghai}, in any year. */
export const wide = anyYear(shanghai);

/** The instant in ISO 8601, or why there is none. */
export const read = (value: unknown, rules = shanghai, hints: DateHints = {}): string => {
  const reading = readDate(value, rules, hints);
  return "atMs" in reading ? new Date(reading.atMs).toISOString() : reading.flaw;
};

export const MORNING = "2021-03-14T00:05:00.000Z";
export const MORNING_6 = "2021-03-14T00:05:06.000Z";
export const AFTERNOON = "2021-03-14T07:05:00.000Z";
export const EVENING = "2021-03-14T12:00:00.000Z";
export const DAY = "2021-03-13T16:00:00.000Z";
export const UTC_DAY = "2021-03-14T00:00:00.000Z";

/** The moment that relative dates are counted from. */
export const NOON: AsOf = { instantMs: Date.UTC(2021, 2, 14, 4), localMs: Date.UTC(2021, 2, 14, 12), isDay: false };
