import type { Histogram } from "../../archive/result.ts";
import type { CountInterval } from "../../search/count-by-date.ts";
import { daysAfter, nextStart } from "../../text/days.ts";
import type { Chart } from "../chart.ts";

/** Counts over time made ready to draw: one row of spans for all series, with the holes of the archive known. */

/** More spans than this cannot be told apart; neighbours are then drawn as one. */
const MAX_SPANS = 400;

/** The same on a page with much else, and on a telephone. */
const MAX_SPANS_BESIDE = 160;

/** Empty periods that are filled in between two that hold something; a misdated article makes no endless row. */
const MAX_FILLED = 2000;

/** Fewer spans than this are shown among those around them: two articles are no two slabs. */
const MIN_SPANS = 12;

export interface SpanCount {
  readonly count: number;
  /** All articles there are; undefined where they were not counted. */
  readonly all: number | undefined;
}

export interface Span {
  /** First and last day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** Of each series. */
  readonly counts: readonly SpanCount[];
  /** The archive itself holds nothing of these days: that nothing matches there says nothing. */
  readonly isGap: boolean;
}

export interface Timeline {
  readonly interval: CountInterval;
  readonly spans: readonly Span[];
}

/** Whether anything was found in a span. */
export const isFilled = ({ counts }: Span): boolean => counts.some(({ count }) => count > 0);

/** @param coverage Every article of the archive over time, for the gaps, and for how far the picture may reach. */
export function toTimeline(
  { interval, series }: Pick<Chart, "interval" | "series">,
  coverage?: Histogram,
  { isAlone = false } = {},
): Timeline {
  const byStart = new Map<string, { count: number; all: number | undefined }[]>();
  for (const [index, { periods }] of series.entries()) {
    for (const { start, count, all } of periods) {
      const counts = byStart.get(start) ?? series.map(() => ({ count: 0, all: undefined }));
      counts[index] = { count, all };
      byStart.set(start, counts);
    }
  }
  const filled = fillHoles([...byStart.keys()].sort(), interval);
  const starts = widen(filled, interval, coverage);
  const size = Math.ceil(starts.length / (isAlone ? MAX_SPANS : MAX_SPANS_BESIDE));
  const spans: Span[] = [];
  const isGap = coverage === undefined ? () => false : createGapTest(coverage);
  for (let index = 0; index < starts.length; index += size) {
    const group = starts.slice(index, index + size);
    const [from, last] = [group[0], group.at(-1)];
    if (from === undefined || last === undefined) continue;
    const to = toLastDay(last, interval);
    const counts = series.map((_, of) => addUp(group.map((start) => byStart.get(start)?.[of])));
    spans.push({ from, to, counts, isGap: isGap(from, to) });
  }
  return { interval, spans };
}

function addUp(counts: readonly (SpanCount | undefined)[]): SpanCount {
  let count = 0;
  let all: number | undefined;
  for (const one of counts) {
    count += one?.count ?? 0;
    if (one?.all !== undefined) all = (all ?? 0) + one.all;
  }
  return { count, all };
}

export type Days = Pick<Span, "from" | "to">;

/** The days of a period that a range leaves, which are those that were counted; all of a period that lies beside the range. */
export function clipDays({ from, to }: Days, range: { readonly from?: string; readonly to?: string }): Days {
  const first = range.from !== undefined && range.from > from ? range.from : from;
  const last = range.to !== undefined && range.to < to ? range.to : to;
  return first > last ? { from, to } : { from: first, to: last };
}

/** The last day of the period that begins on `start`. */
export function toLastDay(start: string, interval: CountInterval): string {
  if (interval === "day") return start;
  if (interval === "week") return daysAfter(start, 6);
  if (interval === "year") return `${start.slice(0, 4)}-12-31`;
  const end = new Date(`${start}T00:00:00Z`);
  end.setUTCMonth(end.getUTCMonth() + 1, 0);
  return end.toISOString().slice(0, 10);
}

const next = (start: string, interval: CountInterval): string =>
  interval === "week" ? daysAfter(start, 7) : nextStart(start, interval);

function previous(start: string, interval: CountInterval): string {
  if (interval === "week") return daysAfter(start, -7);
  const before = daysAfter(start, -1);
  if (interval === "day") return before;
  return interval === "month" ? `${before.slice(0, 7)}-01` : `${before.slice(0, 4)}-01-01`;
}

function fillHoles(starts: readonly string[], interval: CountInterval): string[] {
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined) return [];
  const filled: string[] = [];
  for (let start = first; start < last; start = next(start, interval)) {
    if (filled.push(start) > MAX_FILLED) return [...starts];
  }
  return [...filled, last];
}

/** A short row with what lies around it, as far as the archive reaches, so that few articles stand in their time. */
function widen(starts: readonly string[], interval: CountInterval, coverage: Histogram | undefined): readonly string[] {
  const held = coverage?.buckets.filter(({ count }) => count > 0) ?? [];
  const [oldest, newest] = [held[0], held.at(-1)];
  if (coverage === undefined || oldest === undefined || newest === undefined) return starts;
  const lastHeld = toLastDay(newest.start, coverage.interval);
  const wide = [...starts];
  for (let grows = wide.length > 0; grows && wide.length < MIN_SPANS; ) {
    grows = false;
    const before = previous(wide[0] ?? "", interval);
    if (before >= oldest.start) grows = wide.unshift(before) > 0;
    const after = next(wide.at(-1) ?? "", interval);
    if (wide.length < MIN_SPANS && after <= lastHeld) grows = wide.push(after) > 0;
  }
  return wide;
}

/** Tells whether a range of days holds no article. To be asked in the order of time. */
function createGapTest({ interval, buckets }: Histogram): (from: string, to: string) => boolean {
  const filled = buckets.filter(({ count }) => count > 0).sort((a, b) => (a.start < b.start ? -1 : 1));
  let at = 0;
  return (from, to) => {
    for (let start = filled[at]?.start; start !== undefined && toLastDay(start, interval) < from; )
      start = filled[++at]?.start;
    const start = filled[at]?.start;
    return start === undefined || start > to;
  };
}
