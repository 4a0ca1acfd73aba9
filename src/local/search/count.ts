import type { HistogramInterval } from "../../archive/request.ts";
import type { FacetCount, FacetRemainder, Histogram, SearchResult } from "../../archive/result.ts";
import { partitionPoint } from "../../collections/partition-point.ts";
import { intervalOf, MAX_YEARS_WITH_GAPS, startOf, yearOf } from "../../search/intervals.ts";
import { DEFAULT_FACET_VALUES } from "../../search/limits.ts";
import { dayOf, dayStartMs, nextStart } from "../../text/days.ts";
import { fold } from "../../text/fold.ts";
import type { SegmentView, Snapshot } from "../read/snapshot.ts";
import type { IdColumn, TimeColumn } from "../segment/kept-columns.ts";
import type { MatchedPlaces } from "./keyword.ts";
import type { RowSpace } from "./row-space.ts";

/** The values of one facet among matches, and what is not listed of it. */
export interface CountedFacet {
  /** Most first, then by name. */
  readonly values: readonly FacetCount[];
  readonly remainder: FacetRemainder;
}

/**
 * Matching articles per source or category. Names that fold to the same text (财经 and 財經) are one value, under the name that was
 * stored first; names that fold to nothing count as none.
 */
export function countFacet(
  matches: MatchedPlaces,
  space: RowSpace,
  names: readonly string[],
  {
    idsOf,
    limit = DEFAULT_FACET_VALUES,
  }: { readonly idsOf: (segment: SegmentView) => IdColumn; readonly limit?: number | undefined },
): CountedFacet {
  const counts = new Uint32Array(names.length);
  eachSegment(matches, space, (segment, base, start, end) =>
    countIds(idsOf(segment), matches.places.subarray(start, end), base, counts),
  );
  // A first id comes before those that are counted with it.
  const firsts = firstIds(names);
  for (let id = 0; id < firsts.length; id++) {
    const first = firsts[id] as number;
    if (first === id) continue;
    counts[first] = (counts[first] as number) + (counts[id] as number);
    counts[id] = 0;
  }
  const facet: FacetCount[] = [];
  for (let id = 1; id < counts.length; id++) {
    const count = counts[id] as number;
    if (count > 0) facet.push({ value: names[id] as string, count });
  }
  facet.sort(compareCounts);
  const unlisted = facet.slice(limit);
  return {
    values: facet.slice(0, limit),
    remainder: { none: counts[0] ?? 0, values: unlisted.length, count: sum(unlisted.map(({ count }) => count)) },
  };
}

const compareCounts = (a: FacetCount, b: FacetCount): number => b.count - a.count || (a.value < b.value ? -1 : 1);

/** Counts the ids of places of one segment. */
function countIds(ids: IdColumn, places: Uint32Array, base: number, counts: Uint32Array): void {
  for (let index = 0; index < places.length; index++) {
    const id = ids[(places[index] as number) - base] as number;
    counts[id] = (counts[id] as number) + 1;
  }
}

const knownFirstIds = new WeakMap<readonly string[], Uint32Array>();

/** For each id the first one whose name folds to the same text; 0 stands for none. Kept as long as a snapshot keeps its names. */
function firstIds(names: readonly string[]): Uint32Array {
  const known = knownFirstIds.get(names);
  if (known !== undefined) return known;
  const byFold = new Map<string, number>();
  const firsts = Uint32Array.from(names, (name, id) => {
    const folded = fold(name);
    const first = byFold.get(folded) ?? id;
    byFold.set(folded, first);
    return first;
  });
  knownFirstIds.set(names, firsts);
  return firsts;
}

/** Both facets of the matches. */
export function countFacets(
  matches: MatchedPlaces,
  space: RowSpace,
  { sources, categories }: Snapshot,
  limit?: number,
): Pick<SearchResult, "facets" | "facetRemainders"> {
  const source = countFacet(matches, space, sources, { idsOf: ({ sourceIds }) => sourceIds, limit });
  const category = countFacet(matches, space, categories, { idsOf: ({ categoryIds }) => categoryIds, limit });
  return {
    facets: { source: source.values, category: category.values },
    facetRemainders: { source: source.remainder, category: category.remainder },
  };
}

/** Matching articles without a date: they stand first in each segment. */
export function countUndated(matches: MatchedPlaces, space: RowSpace): number {
  let undated = 0;
  eachSegment(matches, space, ({ publishedAtMs }, base, start, end) => {
    undated += countBefore({ publishedAtMs, places: matches.places.subarray(start, end), base }, -Number.MAX_VALUE);
  });
  return undated;
}

/**
 * Matching articles over time, from the first to the last dated one. Matches stand in order of time within a segment, so a
 * bucket is counted by looking up where it begins and ends.
 * @param wanted The interval; default: what fits the span.
 */
export function countHistogram(
  matches: MatchedPlaces,
  space: RowSpace,
  timezone: string,
  wanted?: HistogramInterval,
): Histogram {
  const runs: DatedRun[] = [];
  eachSegment(matches, space, ({ publishedAtMs }, base, start, end) => {
    const run: DatedRun = { publishedAtMs, places: matches.places.subarray(start, end), base };
    const dated = countBefore(run, -Number.MAX_VALUE);
    if (dated < run.places.length) runs.push({ ...run, places: run.places.subarray(dated) });
  });
  if (runs.length === 0) return { interval: wanted ?? "day", buckets: [] };
  const firstDay = dayOf(Math.min(...runs.map((run) => timeAt(run, 0))), timezone);
  const lastDay = dayOf(Math.max(...runs.map((run) => timeAt(run, run.places.length - 1))), timezone);
  const interval = wanted ?? intervalOf(firstDay, lastDay);
  const skipsGaps = yearOf(lastDay) - yearOf(firstDay) > MAX_YEARS_WITH_GAPS;
  const buckets: { start: string; count: number }[] = [];
  let before = runs.map(() => 0);
  for (let start = startOf(firstDay, interval); ; ) {
    const next = nextStart(start, interval);
    // The bucket of the last day takes all that is left: past it the calendar may end.
    const isLast = next > lastDay || next.startsWith("+");
    const endMs = isLast ? Number.POSITIVE_INFINITY : dayStartMs(next, timezone);
    const until = runs.map((run) => countBefore(run, endMs));
    buckets.push({ start, count: sum(until) - sum(before) });
    if (isLast) return { interval, buckets };
    before = until;
    start = skipsGaps ? startOf(dayOf(earliestFrom(runs, until), timezone), interval) : next;
  }
}

/** Matches of one segment, all dated, ascending. */
interface DatedRun {
  readonly publishedAtMs: TimeColumn;
  readonly places: Uint32Array;
  readonly base: number;
}

const timeAt = ({ publishedAtMs, places, base }: DatedRun, index: number): number =>
  publishedAtMs.at((places[index] as number) - base);

const countBefore = (run: DatedRun, instantMs: number): number =>
  partitionPoint(0, run.places.length, (index) => timeAt(run, index) < instantMs);

/** The earliest time among the matches that `counted` leaves over. */
const earliestFrom = (runs: readonly DatedRun[], counted: readonly number[]): number =>
  Math.min(
    ...runs.map((run, index) => {
      const at = counted[index] ?? 0;
      return at < run.places.length ? timeAt(run, at) : Number.POSITIVE_INFINITY;
    }),
  );

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Calls `visit` with each segment that has matches, its base, and where its matches begin and end in `places`. */
export function eachSegment(
  { ends }: MatchedPlaces,
  space: RowSpace,
  visit: (segment: SegmentView, base: number, start: number, end: number) => void,
): void {
  let start = 0;
  for (const [index, end] of ends.entries()) {
    const segment = space.segments[index];
    if (segment !== undefined && end > start) visit(segment, space.base(index), start, end);
    start = end;
  }
}
