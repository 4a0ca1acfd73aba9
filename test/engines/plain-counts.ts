import type { Article } from "../../src/archive/article.ts";
import type { HistogramInterval } from "../../src/archive/request.ts";
import type { FacetCount, FacetRemainder, Histogram } from "../../src/archive/result.ts";
import { DEFAULT_FACET_VALUES } from "../../src/search/limits.ts";
import { dayOf, daysBetween, nextStart } from "../../src/text/days.ts";
import { fold } from "../../src/text/fold.ts";
import type { PlainArticle } from "./plain-store.ts";

/** Matching articles per source or category. */
export function countFacet(
  matches: readonly PlainArticle[],
  read: (article: Article) => string | undefined,
  limit = DEFAULT_FACET_VALUES,
): FacetCount[] {
  const inOrder = matches.toSorted((a, b) => a.key - b.key);
  const counts = new Map<string, { value: string; count: number }>();
  for (const { article } of inOrder) {
    const value = read(article);
    if (value === undefined) continue;
    const counted = counts.get(fold(value)) ?? { value, count: 0 };
    counted.count++;
    counts.set(fold(value), counted);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, limit);
}

/** What {@link countFacet} does not list. */
export function countRemainder(
  matches: readonly PlainArticle[],
  read: (article: Article) => string | undefined,
  limit = DEFAULT_FACET_VALUES,
): FacetRemainder {
  const unlisted = countFacet(matches, read, Number.POSITIVE_INFINITY).slice(limit);
  return {
    none: matches.filter(({ article }) => read(article) === undefined).length,
    values: unlisted.length,
    count: unlisted.reduce((sum, { count }) => sum + count, 0),
  };
}

/** Matches of up to so many days are counted by day, of up to ten years by month. */
const MAX_DAYS = 62;

const startOf = (day: string, interval: HistogramInterval): string =>
  interval === "day" ? day : interval === "month" ? `${day.slice(0, 7)}-01` : `${day.slice(0, 4)}-01-01`;

/** Matching articles over time. */
export function countHistogram(
  matches: readonly PlainArticle[],
  timezone: string,
  wanted?: HistogramInterval,
): Histogram {
  const days = matches.flatMap(({ article }) =>
    article.publishedAtMs === undefined ? [] : [dayOf(article.publishedAtMs, timezone)],
  );
  days.sort();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return { interval: wanted ?? "day", buckets: [] };
  const interval =
    wanted ?? (daysBetween(first, last) < MAX_DAYS ? "day" : yearsApart(first, last) < 10 ? "month" : "year");
  const starts = new Map<string, number>();
  for (const day of days) starts.set(startOf(day, interval), (starts.get(startOf(day, interval)) ?? 0) + 1);
  if (yearsApart(first, last) > 200)
    return { interval, buckets: [...starts].map(([start, count]) => ({ start, count })) };
  const buckets: { start: string; count: number }[] = [];
  for (let start = startOf(first, interval); start <= last; start = nextStart(start, interval)) {
    buckets.push({ start, count: starts.get(start) ?? 0 });
    if (nextStart(start, interval).startsWith("+")) break;
  }
  return { interval, buckets };
}

const yearsApart = (first: string, last: string): number => Number(last.slice(0, 4)) - Number(first.slice(0, 4));
