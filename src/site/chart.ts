import { toSearchRequest } from "../api/to-wire.ts";
import type { PageQuery } from "../api/wire.ts";
import type { ReadOptions } from "../archive/archive.ts";
import type { SearchResult } from "../archive/result.ts";
import { AppError } from "../errors.ts";
import { COUNT_INTERVALS, type CountInterval } from "../search/count-by-date.ts";
import { type CountSeries, type CountTable, countTable } from "../search/count-table.ts";
import type { SearchService } from "../search/search.ts";

/** What is drawn over time: one search, several queries, or one query in several sources. */

export interface ChartPeriod {
  /** First day, `YYYY-MM-DD`. */
  readonly start: string;
  readonly count: number;
  /** All articles of the period that the filters leave; absent where they were not counted. */
  readonly all?: number;
}

export interface ChartSeries {
  /** The query or the source; empty where there is one series. */
  readonly label: string;
  readonly periods: readonly ChartPeriod[];
  /** Articles, dated or not; absent where they were not counted. */
  readonly total?: number;
  readonly all?: number;
}

export interface Chart {
  readonly interval: CountInterval;
  /** Whether the series are sources of one query. */
  readonly bySource: boolean;
  readonly series: readonly ChartSeries[];
}

/** Series that can be told apart in one picture. */
export const MAX_SERIES = 6;

/** Periods of one picture; of more, longer ones are drawn. */
export const MAX_PERIODS = 400;

/** What the address asks for beyond the search itself. */
export const isChartAsked = (query: PageQuery): boolean =>
  query.interval !== undefined || query.measure !== undefined || query.vs.length > 0 || isBySource(query);

/** Sources are compared where that is asked for, and where a search is narrowed to some of them. */
const isBySource = ({ by, source, vs }: PageQuery): boolean =>
  by === "source" || (by === undefined && vs.length === 0 && source.length > 1 && source.length <= MAX_SERIES);

/** What a search itself counts. */
export const toPlainChart = ({ histogram: { interval, buckets } }: Pick<SearchResult, "histogram">): Chart => ({
  interval,
  bySource: false,
  series: [{ label: "", periods: buckets }],
});

/** The chart of a search; the result's own histogram where nothing else is asked for. */
export async function readChart(
  search: Pick<SearchService, "search">,
  query: PageQuery,
  result: SearchResult,
  options: ReadOptions,
): Promise<Chart> {
  const { histogram, snapshot } = result;
  if (!isChartAsked(query)) return toPlainChart(result);
  const { table } = await readChartTable(search, { ...query, snapshot }, histogram.interval, options);
  return toChart(table, query);
}

/** The counts behind a chart, at the interval that was asked for or the next longer one whose periods can be drawn. */
export async function readChartTable(
  search: Pick<SearchService, "search">,
  query: PageQuery,
  interval: CountInterval,
  options: ReadOptions,
): Promise<{ readonly table: CountTable }> {
  const { query: _, ...filters } = toSearchRequest(query);
  const by = isBySource(query) ? "source" : undefined;
  const queries = by === undefined ? [...new Set([query.q, ...query.vs])].slice(0, MAX_SERIES - 1) : [query.q];
  for (const candidate of COUNT_INTERVALS.slice(COUNT_INTERVALS.indexOf(query.interval ?? interval))) {
    try {
      const table = await countTable(
        search,
        { ...filters, queries, by, values: MAX_SERIES, interval: candidate },
        options,
      );
      if ((table.series[0]?.periods.length ?? 0) <= MAX_PERIODS || candidate === "year") return { table };
    } catch (error) {
      // Too many counts: longer periods are fewer.
      if (candidate === "year" || !(error instanceof AppError && error.code === "invalid-request")) throw error;
    }
  }
  throw new AppError("internal", "No interval of a chart was counted.");
}

export function toChart({ interval, series }: CountTable, query: PageQuery): Chart {
  const bySource = isBySource(query);
  const drawn = bySource ? series.filter(({ group, total }) => group === "value" && total.count > 0) : series;
  const shown = drawn.length === 0 ? series : drawn;
  return { interval, bySource, series: shown.slice(0, MAX_SERIES).map((one) => toSeries(one, shown.length > 1)) };
}

const toSeries = ({ query, group, value, total, periods }: CountSeries, isNamed: boolean): ChartSeries => ({
  label: group === "value" ? value : isNamed ? query : "",
  periods,
  total: total.count,
  all: total.all,
});
