import type { ReadOptions } from "../archive/archive.ts";
import type { HistogramInterval, SearchRequest } from "../archive/request.ts";
import type { Histogram, SearchResult } from "../archive/result.ts";
import { checkValue } from "../text/check-fields.ts";
import { filtersAlone } from "./query.ts";
import type { SearchService } from "./search.ts";

export const COUNT_INTERVALS = ["day", "week", "month", "year"] as const;
export type CountInterval = (typeof COUNT_INTERVALS)[number];

const isCountInterval = (value: unknown): boolean => COUNT_INTERVALS.some((known) => known === value);

/** Articles of one day, week, month or year. */
export interface PeriodCount {
  /** First day, `YYYY-MM-DD`; a week begins on Monday, which may lie before the range that is counted. */
  readonly start: string;
  /** Articles that match. */
  readonly count: number;
  /** All articles of the period, the filters alone applied, those of the query too: what `count` is a share of. */
  readonly all: number;
}

export interface DateCounts {
  readonly interval: CountInterval;
  /** Ascending; from the first period with an article to the last, those without a match among them. */
  readonly periods: readonly PeriodCount[];
  /** Articles that match, whether dated or not. */
  readonly total: number;
  readonly undated: number;
  /** How the query was read, and in which state of the archive it was counted. */
  readonly result: SearchResult;
}

const COUNTED = { limit: 0, offset: 0, ranked: false, stories: false, facetValues: 0 } as const;

/**
 * Counts what a search matches, period by period, beside all that there is: a topic that seems to grow may only stand in an archive
 * that grows. Both counts are of one state of the archive.
 * @throws AppError `invalid-request` for an interval that there is none of, and as a search does
 */
export async function countByDate(
  search: Pick<SearchService, "search">,
  request: SearchRequest,
  { interval, ...options }: ReadOptions & { readonly interval: CountInterval },
): Promise<DateCounts> {
  const wanted = { wanted: `one of ${COUNT_INTERVALS.join(", ")}`, isRight: isCountInterval };
  checkValue(interval, wanted, { code: "invalid-request", name: "interval" });
  const counted = { ...request, ...COUNTED, interval: searchedInterval(interval) } as const;
  const result = await search.search(counted, options);
  const { snapshot, total, undated } = result;
  const query = filtersAlone(request.query);
  const everything = request.query === query ? result : await search.search({ ...counted, query, snapshot }, options);
  const matches = toPeriods(result.histogram, interval);
  const periods = [...toPeriods(everything.histogram, interval)].map(([start, all]) => ({
    start,
    count: matches.get(start) ?? 0,
    all,
  }));
  return { interval, periods, total, undated, result };
}

/** The interval of the histogram that the periods are made of. */
export const searchedInterval = (interval: CountInterval): HistogramInterval =>
  interval === "week" ? "day" : interval;

/** Counts by the first day of their period. */
export function toPeriods({ buckets }: Histogram, interval: CountInterval): Map<string, number> {
  if (interval !== "week") return new Map(buckets.map(({ start, count }) => [start, count]));
  const periods = new Map<string, number>();
  let week: Week = { monday: "~", nextMonday: "" };
  for (const { start, count } of buckets) {
    // Days come in order, so that seven of them are reckoned at once.
    if (start < week.monday || start >= week.nextMonday) week = weekOf(start);
    periods.set(week.monday, (periods.get(week.monday) ?? 0) + count);
  }
  return periods;
}

interface Week {
  readonly monday: string;
  /** "~", which follows every day, where the calendar ends. */
  readonly nextMonday: string;
}

function weekOf(day: string): Week {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  // The week of the first day of the calendar begins before it.
  const monday = date.getUTCFullYear() < 0 ? "0000-01-01" : date.toISOString().slice(0, 10);
  date.setUTCDate(date.getUTCDate() + 7);
  return { monday, nextMonday: date.getUTCFullYear() > 9999 ? "~" : date.toISOString().slice(0, 10) };
}
