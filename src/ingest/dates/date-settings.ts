import { dayEndMs, dayStartMs, parseDay } from "../../text/days.ts";
import { parseAsOf } from "./as-of.ts";
import { type DateSettings, parseDayOrder } from "./rules.ts";

/** Settings of how dates are read, as people and clients write them. */
export interface DateTexts {
  /** IANA zone. */
  readonly timezone: string;
  /** `now`, or a date in any form that an import reads. */
  readonly asOf?: string | undefined;
  /** Days, as YYYY-MM-DD. */
  readonly earliest?: string | undefined;
  readonly latest?: string | undefined;
  readonly dayOrder?: string | undefined;
  readonly republicYears?: boolean | undefined;
}

/** What the days are called where they are given. */
export interface DateNames {
  readonly earliest: string;
  readonly latest: string;
}

/** @throws AppError `usage`, `invalid-request` */
export function parseDateSettings(texts: DateTexts, names: DateNames): DateSettings {
  const { timezone, asOf, earliest, latest, dayOrder, republicYears } = texts;
  return {
    timezone,
    asOf: asOf === undefined ? undefined : parseAsOf(asOf, timezone),
    earliestMs: earliest === undefined ? undefined : dayStartMs(parseDay(earliest, names.earliest), timezone),
    latestMs: latest === undefined ? undefined : dayEndMs(parseDay(latest, names.latest), timezone) - 1,
    dayOrder: dayOrder === undefined ? undefined : parseDayOrder(dayOrder),
    republicYears,
  };
}
