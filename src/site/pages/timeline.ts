import type { HistogramInterval } from "../../archive/request.ts";
import type { Histogram } from "../../archive/result.ts";
import { nextStart } from "../../text/days.ts";

/** Counts over time made ready to draw: one row of spans for one or two series, with the holes of the archive known. */

/** More spans than this cannot be told apart on a telephone; neighbours are then drawn as one. */
const MAX_SPANS = 160;

/** Empty buckets that are filled in between two that hold something; a misdated article makes no endless row. */
const MAX_FILLED = 2000;

export interface Span {
  /** First and last day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** Counts of each series. */
  readonly counts: readonly number[];
  /** The archive itself holds nothing of these days: that nothing matches there says nothing. */
  readonly isGap: boolean;
}

export interface Timeline {
  readonly interval: HistogramInterval;
  readonly spans: readonly Span[];
  /** The largest count of any series. */
  readonly highest: number;
}

const COARSENESS: readonly HistogramInterval[] = ["day", "month", "year"];

/**
 * Puts series side by side at the coarsest of their intervals.
 * @param coverage Every article of the archive over time, for the gaps.
 */
export function toTimeline(series: readonly Histogram[], coverage?: Histogram): Timeline {
  const interval = COARSENESS[Math.max(...series.map((one) => COARSENESS.indexOf(one.interval)))] ?? "year";
  const byStart = new Map<string, number[]>();
  series.forEach(({ buckets }, index) => {
    for (const { start, count } of buckets) {
      const key = toStart(start, interval);
      const counts = byStart.get(key) ?? series.map(() => 0);
      counts[index] = (counts[index] ?? 0) + count;
      byStart.set(key, counts);
    }
  });
  const starts = fillHoles([...byStart.keys()].sort(), interval);
  const size = Math.ceil(starts.length / MAX_SPANS);
  const spans: Span[] = [];
  const isGap = coverage === undefined ? () => false : createGapTest(coverage);
  for (let index = 0; index < starts.length; index += size) {
    const group = starts.slice(index, index + size);
    const [from, last] = [group[0], group.at(-1)];
    if (from === undefined || last === undefined) continue;
    const to = toLastDay(last, interval);
    const counts = series.map((_, of) => group.reduce((sum, start) => sum + (byStart.get(start)?.[of] ?? 0), 0));
    spans.push({ from, to, counts, isGap: isGap(from, to) });
  }
  return { interval, spans, highest: Math.max(0, ...spans.flatMap(({ counts }) => counts)) };
}

const toStart = (day: string, interval: HistogramInterval): string =>
  interval === "day" ? day : interval === "month" ? `${day.slice(0, 7)}-01` : `${day.slice(0, 4)}-01-01`;

/** The last day of the bucket that begins on `start`. */
export function toLastDay(start: string, interval: HistogramInterval): string {
  if (interval === "day") return start;
  if (interval === "year") return `${start.slice(0, 4)}-12-31`;
  const end = new Date(`${start}T00:00:00Z`);
  end.setUTCMonth(end.getUTCMonth() + 1, 0);
  return end.toISOString().slice(0, 10);
}

function fillHoles(starts: readonly string[], interval: HistogramInterval): string[] {
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined) return [];
  const filled: string[] = [];
  for (let start = first; start < last; start = nextStart(start, interval)) {
    if (filled.push(start) > MAX_FILLED) return [...starts];
  }
  return [...filled, last];
}

/** Tells whether a range of days holds no article. To be asked in the order of time. */
function createGapTest({ interval, buckets }: Histogram): (from: string, to: string) => boolean {
  const filled = buckets.filter(({ count }) => count > 0).sort((a, b) => (a.start < b.start ? -1 : 1));
  let next = 0;
  return (from, to) => {
    for (let start = filled[next]?.start; start !== undefined && toLastDay(start, interval) < from; )
      start = filled[++next]?.start;
    const start = filled[next]?.start;
    return start === undefined || start > to;
  };
}
