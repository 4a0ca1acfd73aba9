import type { HistogramInterval } from "../../archive/request.ts";
import type { FacetCount, FacetRemainder, Histogram, SearchFindings } from "../../archive/result.ts";
import { intervalOf, MAX_YEARS_WITH_GAPS, startOf, yearOf } from "../../search/intervals.ts";
import { DEFAULT_FACET_VALUES } from "../../search/limits.ts";
import { nextStart } from "../../text/days.ts";
import { fold } from "../../text/fold.ts";
import { MAX_NAMES } from "../read/count-stats.ts";

/** Distinct days that are counted where a request asks for days; matches that span less are counted by day without being asked. */
const MAX_DAYS = 40_000;
const FEW_DAYS = 64;
const MAX_MONTHS = 12 * MAX_YEARS_WITH_GAPS + 12_000;
const MAX_YEARS = 10_000;

interface Bucket {
  readonly key: number | string;
  readonly doc_count: number;
}

interface NameBucket extends Bucket {
  readonly key: string;
  readonly first: { readonly value: number };
}

interface CountsReply {
  readonly source: { readonly buckets: readonly NameBucket[] };
  readonly category: { readonly buckets: readonly NameBucket[] };
  readonly day: { readonly buckets: readonly Bucket[] };
  readonly month: { readonly buckets: readonly Bucket[] };
  readonly year: { readonly buckets: readonly Bucket[] };
  readonly firstDay: { readonly value: number | null };
  readonly lastDay: { readonly value: number | null };
  readonly undated: { readonly doc_count: number };
}

/** What is counted of the matches, as a part of their search. */
export const toCountAggregations = (wanted: HistogramInterval | undefined): Readonly<Record<string, unknown>> => ({
  source: countNames("source"),
  category: countNames("category"),
  day: countByKey("day", wanted === "day" ? MAX_DAYS : FEW_DAYS),
  month: countByKey("month", MAX_MONTHS),
  year: countByKey("year", MAX_YEARS),
  firstDay: { min: { field: "day" } },
  lastDay: { max: { field: "day" } },
  undated: { missing: { field: "at" } },
});

/** Every name is a bucket, so that counts are exact however articles are spread over shards; the first key tells which was stored first. */
const countNames = (field: string): object => ({
  terms: { field, size: MAX_NAMES, shard_size: MAX_NAMES },
  aggs: { first: { min: { field: "key" } } },
});

const countByKey = (field: string, size: number): object => ({
  terms: { field, size, shard_size: size, order: { _key: "asc" } },
});

export interface CountOptions {
  readonly total: number;
  readonly facetValues: number | undefined;
  readonly interval: HistogramInterval | undefined;
}

type Counts = Pick<SearchFindings, "facets" | "facetRemainders" | "histogram" | "undated">;

export function readCounts(
  aggregations: Readonly<Record<string, unknown>>,
  { total, facetValues, interval }: CountOptions,
): Counts {
  const counted = aggregations as unknown as CountsReply;
  const source = toFacet(counted.source.buckets, total, facetValues);
  const category = toFacet(counted.category.buckets, total, facetValues);
  return {
    facets: { source: source.values, category: category.values },
    facetRemainders: { source: source.remainder, category: category.remainder },
    histogram: toHistogram(counted, interval),
    undated: counted.undated.doc_count,
  };
}

/** Names that fold to the same text are one value, under the name that was stored first. */
function toFacet(
  buckets: readonly NameBucket[],
  total: number,
  limit = DEFAULT_FACET_VALUES,
): { readonly values: readonly FacetCount[]; readonly remainder: FacetRemainder } {
  const byFold = new Map<string, { value: string; count: number; first: number }>();
  for (const { key, doc_count: count, first } of buckets) {
    const known = byFold.get(fold(key));
    if (known === undefined) byFold.set(fold(key), { value: key, count, first: first.value });
    else {
      known.count += count;
      if (first.value < known.first) Object.assign(known, { value: key, first: first.value });
    }
  }
  const values = [...byFold.values()]
    .map(({ value, count }) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  const unlisted = values.slice(limit);
  const sum = (counts: readonly FacetCount[]): number => counts.reduce((all, { count }) => all + count, 0);
  return {
    values: values.slice(0, limit),
    remainder: { none: total - sum(values), values: unlisted.length, count: sum(unlisted) },
  };
}

function toHistogram(counted: CountsReply, wanted: HistogramInterval | undefined): Histogram {
  const [first, last] = [counted.firstDay.value, counted.lastDay.value];
  if (first === null || last === null) return { interval: wanted ?? "day", buckets: [] };
  const [firstDay, lastDay] = [toDay(first), toDay(last)];
  const interval = wanted ?? intervalOf(firstDay, lastDay);
  const found = counted[interval].buckets.map(({ key, doc_count: count }) => ({ start: toDay(Number(key)), count }));
  if (yearOf(lastDay) - yearOf(firstDay) > MAX_YEARS_WITH_GAPS) return { interval, buckets: found };
  const counts = new Map(found.map(({ start, count }) => [start, count]));
  const buckets: { start: string; count: number }[] = [];
  for (let start = startOf(firstDay, interval); ; start = nextStart(start, interval)) {
    buckets.push({ start, count: counts.get(start) ?? 0 });
    const next = nextStart(start, interval);
    if (next > lastDay || next.startsWith("+")) return { interval, buckets };
  }
}

/** The first day of 20210314, 202103 or 2021. */
function toDay(value: number): string {
  const [year, month, day] =
    value > 999_999
      ? [Math.floor(value / 10_000), Math.floor(value / 100) % 100, value % 100]
      : value > 9999
        ? [Math.floor(value / 100), value % 100, 1]
        : [value, 1, 1];
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, "0");
