import type { TimeRange } from "../../search/time-range.ts";
import { dayOf, dayStartMs } from "../../text/days.ts";

/** How the articles of an archive are spread over indices: all in one, or those of each year in one of their own. */
export type Partitioning = "none" | "year";

/** What is older, and what lies in a far future, has one index each: dates that are slips of the pen make no index a year. */
const FIRST_YEAR = 1800;
const LAST_YEAR = 2099;
const EARLIER = `before-${FIRST_YEAR}`;
const LATER = `from-${LAST_YEAR + 1}`;

/** The part of those without a date, which every archive by years has from its beginning. */
export const UNDATED_PART = "undated";

const PART_PATTERN = new RegExp(`^(.+?)-(\\d{4}|${UNDATED_PART}|${EARLIER}|${LATER})$`);

/** The part of an archive by years to which an article belongs: a year of the archive's zone, with four digits, or one of the others. */
export function partOf(publishedAtMs: number | undefined, timezone: string): string {
  if (publishedAtMs === undefined) return UNDATED_PART;
  const read = Number(dayOf(publishedAtMs, timezone).slice(0, 4));
  const near = Math.min(LAST_YEAR + 1, Math.max(FIRST_YEAR - 1, read));
  // Where clocks went back over New Year, an hour of the old year follows the beginning of the new one.
  const year =
    publishedAtMs < startOf(near, timezone) ? near - 1 : publishedAtMs >= startOf(near + 1, timezone) ? near + 1 : near;
  if (year < FIRST_YEAR) return EARLIER;
  return year > LAST_YEAR ? LATER : String(year);
}

/** The instants of a part; undefined of those without a date. */
function spanOf(part: string, timezone: string): TimeRange | undefined {
  if (part === UNDATED_PART) return undefined;
  if (part === EARLIER) return { startMs: -Number.MAX_VALUE, endMs: startOf(FIRST_YEAR, timezone) };
  if (part === LATER) return { startMs: startOf(LAST_YEAR + 1, timezone), endMs: Number.POSITIVE_INFINITY };
  return { startMs: startOf(Number(part), timezone), endMs: startOf(Number(part) + 1, timezone) };
}

const startOf = (year: number, timezone: string): number => dayStartMs(`${year}-01-01`, timezone);

/** `news-articles-000001-2024` */
export const toPartName = (generation: string, part: string): string => `${generation}-${part}`;

/** What was built together: `news-articles-000001` of itself and of its parts. */
export const generationOf = (index: string): string => PART_PATTERN.exec(index)?.[1] ?? index;

/** Those of an archive's parts that may hold articles of a range of instants; without a range the one of undated articles. */
export function partsWithin(indices: readonly string[], range: TimeRange | "undated", timezone: string): string[] {
  return indices.filter((index) => {
    const span = spanOf(PART_PATTERN.exec(index)?.[2] ?? UNDATED_PART, timezone);
    if (range === "undated" || span === undefined) return range === "undated" && span === undefined;
    return span.startMs < range.endMs && span.endMs > range.startMs;
  });
}
