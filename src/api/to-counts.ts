import { CSV_BYTE_ORDER_MARK, toCsvRow } from "../citations/csv.ts";
import type { Counted, CountTable, CountTableRequest } from "../search/count-table.ts";
import type { CountsQuery, CountsReply } from "./counts-wire.ts";

export function toCountTableRequest(query: CountsQuery): CountTableRequest {
  const { q, interval, by, values, from, to, source, category, excludeSource, excludeCategory, without, mode } = query;
  return {
    // The same twice is counted once.
    queries: [...new Set(q)],
    interval,
    by,
    values,
    from,
    to,
    sources: source,
    categories: category,
    excludedSources: excludeSource,
    excludedCategories: excludeCategory,
    without,
    mode,
    sort: "relevance",
    limit: 0,
    offset: 0,
    snapshot: query.snapshot,
  };
}

/** Digits behind the point of a share. */
const SHARE_DIGITS = 6;

const withShare = ({ count, all }: Counted): Counted & { readonly share: number } => ({
  count,
  all,
  share: all === 0 ? 0 : Number((count / all).toFixed(SHARE_DIGITS)),
});

export const toCountsReply = (
  { interval, snapshot, queries, series }: CountTable,
  { by, timezone }: { readonly by: CountsQuery["by"]; readonly timezone: string },
): CountsReply => ({
  interval,
  timezone,
  ...(by !== undefined && { by }),
  snapshot,
  queries: queries.map(({ notices, ...query }) => ({ ...query, notices: [...notices] })),
  series: series.map(({ periods, total, undated, ...one }) => ({
    ...one,
    total: withShare(total),
    undated: withShare(undated),
    periods: periods.map(({ start, ...cell }) => ({ start, ...withShare(cell) })),
  })),
});

const COLUMNS = ["query", "group", "value", "start", "count", "all", "share"] as const;

/** A row for each query, value and period, and for what has no date, where there is any: the counts of a query add up to its total. */
export function toCountsCsv({ series }: CountsReply): string {
  let csv = CSV_BYTE_ORDER_MARK + toCsvRow([...COLUMNS]);
  for (const { query, group, value, undated, periods } of series) {
    const rows = undated.all > 0 ? [...periods, { start: "", ...undated }] : periods;
    for (const row of rows) {
      csv += toCsvRow([query, group, value, row.start, ...[row.count, row.all, row.share].map(String)]);
    }
  }
  return csv;
}
