import type { Article } from "../../src/archive/article.ts";
import type { HistogramInterval, SearchRequest } from "../../src/archive/request.ts";
import type { FacetCount } from "../../src/archive/result.ts";

/**
 * What every engine must find, told by looking at each article. Imports nothing of what it judges: queries come as parts, so that
 * nothing needs to be parsed; words share no character and stand between punctuation, so that how a text is cut into words does not matter; days
 * are told by Intl.
 */

/** Words of two or three characters, none of which stands in another one, the same in both scripts' fold. */
export const WORDS = [
  "供水",
  "地铁",
  "大桥",
  "北京",
  "选举",
  "足球",
  "图书馆",
  "医院",
  "港口",
  "灯塔",
  "森林",
  "山谷",
  "博览会",
  "羊毛",
] as const;

/** A query, taken apart before it is written. */
export interface PlainQuery {
  readonly words: readonly string[];
  readonly phrases: readonly string[];
  readonly exclusions: readonly string[];
}

export const writeQuery = ({ words, phrases, exclusions }: PlainQuery): string =>
  [...words, ...phrases.map((phrase) => `"${phrase}"`), ...exclusions.map((word) => `-${word}`)].join(" ");

const holds = ({ title, body }: Article, text: string): boolean => title.includes(text) || body.includes(text);

export const matchesText = (article: Article, { words, phrases, exclusions }: PlainQuery): boolean =>
  [...words, ...phrases].every((text) => holds(article, text)) && !exclusions.some((text) => holds(article, text));

export type Filters = Pick<
  SearchRequest,
  "from" | "to" | "sources" | "categories" | "excludedSources" | "excludedCategories"
>;

export function isInside(article: Article, filters: Filters, timezone: string): boolean {
  const { from, to, sources, categories, excludedSources, excludedCategories } = filters;
  if (from !== undefined || to !== undefined) {
    if (article.publishedAtMs === undefined) return false;
    const day = toDay(article.publishedAtMs, timezone);
    if ((from !== undefined && day < from) || (to !== undefined && day > to)) return false;
  }
  const isAllowed = (value = "", wanted: readonly string[], excluded: readonly string[]): boolean =>
    (wanted.length === 0 || wanted.includes(value)) && !excluded.includes(value);
  return (
    isAllowed(article.source, sources, excludedSources) && isAllowed(article.category, categories, excludedCategories)
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `YYYY-MM-DD`, of the years 1000 to 9999. */
export function toDay(instantMs: number, timezone: string): string {
  const options = { timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  // Swedish writes dates as ISO does.
  const format = formats.get(timezone) ?? new Intl.DateTimeFormat("sv-SE", options);
  formats.set(timezone, format);
  return format.format(instantMs);
}

/** By count, then name. */
export function countValues(articles: readonly Article[], field: "source" | "category"): FacetCount[] {
  const counts = new Map<string, number>();
  for (const { [field]: value } of articles) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

const startOf = (day: string, interval: HistogramInterval): string =>
  interval === "day" ? day : interval === "month" ? `${day.slice(0, 7)}-01` : `${day.slice(0, 4)}-01-01`;

function nextStart(start: string, interval: HistogramInterval): string {
  const [year = 0, month = 0, day = 0] = start.split("-").map(Number);
  const next =
    interval === "day" ? [year, month, day + 1] : interval === "month" ? [year, month + 1, 1] : [year + 1, 1, 1];
  return new Date(Date.UTC(next[0] ?? 0, (next[1] ?? 0) - 1, next[2])).toISOString().slice(0, 10);
}

/** Dated articles per day, month or year, gaps included. */
export function countOverTime(
  articles: readonly Article[],
  interval: HistogramInterval,
  timezone: string,
): { start: string; count: number }[] {
  const starts = articles
    .flatMap(({ publishedAtMs }) =>
      publishedAtMs === undefined ? [] : startOf(toDay(publishedAtMs, timezone), interval),
    )
    .sort();
  const last = starts.at(-1);
  const buckets: { start: string; count: number }[] = [];
  for (
    let start = starts[0];
    start !== undefined && last !== undefined && start <= last;
    start = nextStart(start, interval)
  )
    buckets.push({ start, count: starts.filter((other) => other === start).length });
  return buckets;
}
