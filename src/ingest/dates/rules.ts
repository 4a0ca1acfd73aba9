import { AppError } from "../../errors.ts";
import { createZone, type Zone } from "../../text/zone.ts";
import { DAY_MS, MAX_INSTANT_MS, MIN_INSTANT_MS } from "./calendar.ts";
import { zoneOf } from "./clock-zone.ts";
import type { AsOf } from "./relative.ts";

/** Settings of how dates are read, as a caller gives them. */
export interface DateSettings {
  /** IANA zone of dates that do not say theirs. Default Asia/Shanghai. */
  readonly timezone?: string | undefined;
  /** A date before this instant, ms since 1970 UTC, is none. Default 1800-01-01 in the zone. */
  readonly earliestMs?: number | undefined;
  /** A date after this instant is none. Default a year from now. */
  readonly latestMs?: number | undefined;
  /** What relative dates are counted from; without it they are none. */
  readonly asOf?: AsOf | undefined;
  /**
   * Years below 200 are those of the Republic of China (110年 is 2021). By default told by the record and the file: 民國 is
   * always read, three digits in Traditional text, any in the zone of Taipei.
   */
  readonly republicYears?: boolean | undefined;
  /** What 03/04/2021 means; without it only dates of which one part is above 12 are read. */
  readonly dayOrder?: DayOrder | undefined;
}

export const DAY_ORDERS = ["dmy", "mdy"] as const;
export type DayOrder = (typeof DAY_ORDERS)[number];

/** How dates are read, complete. */
export interface DateRules {
  readonly zone: Zone;
  readonly earliestMs: number;
  readonly latestMs: number;
  readonly asOf: AsOf | undefined;
  readonly republicYears: boolean | undefined;
  readonly dayOrder: DayOrder | undefined;
}

/** 1800-01-01 on the clocks of the zone: the first Chinese periodical appeared in 1815. */
const EARLIEST_LOCAL_MS = Date.UTC(1800, 0, 1);
const YEAR_MS = 366 * DAY_MS;

/** @throws AppError `usage` for an unknown time zone. */
export function createDateRules(settings: DateSettings = {}): DateRules {
  const name = settings.timezone ?? "Asia/Shanghai";
  const zone = zoneOf(name) ?? createZone(name);
  return {
    zone,
    earliestMs: settings.earliestMs ?? zone.toInstant(EARLIEST_LOCAL_MS),
    latestMs: settings.latestMs ?? Date.now() + YEAR_MS,
    asOf: settings.asOf,
    republicYears: settings.republicYears ?? (zone.name === "Asia/Taipei" ? true : undefined),
    dayOrder: settings.dayOrder,
  };
}

/** Rules under which every year from 0 to 9999 is plausible. */
export const anyYear = (rules: DateRules): DateRules => ({
  ...rules,
  earliestMs: MIN_INSTANT_MS,
  latestMs: MAX_INSTANT_MS,
});

/** @throws AppError `usage` */
export function parseDayOrder(text: string): DayOrder {
  const order = DAY_ORDERS.find((name) => name === text.toLowerCase());
  if (order === undefined) {
    throw new AppError("usage", `"${text}" is no order of day and month.`, {
      remedy: { code: "option-takes", option: "day-order", takes: DAY_ORDERS.join(" or ") },
    });
  }
  return order;
}
