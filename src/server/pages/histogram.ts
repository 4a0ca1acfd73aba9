import type { Histogram, HistogramInterval } from "../../search/search.ts";
import { type Html, html } from "../html.ts";
import { isLinkable, toSearchUrl } from "../search-url.ts";
import type { SearchQuery } from "../wire.ts";
import type { View } from "./view.ts";

/** More bars than this cannot be told apart on a telephone; neighbours are then drawn as one. */
const MAX_BARS = 160;
const MAX_TICKS = 6;

interface Bar {
  /** First and last day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/**
 * The matching articles over time: one bar per day, month or year, each a link that narrows the range to it. Geometry is in
 * per cent of the width, so that it fits any screen without script and without inline style.
 */
export function renderHistogram(view: View, query: SearchQuery, histogram: Histogram): Html | undefined {
  const bars = toBars(histogram);
  const highest = Math.max(...bars.map(({ count }) => count));
  if (bars.length < 2 || highest <= 0) return undefined;
  const step = 100 / bars.length;
  const links = isLinkable(query);
  const drawn = bars.map((bar, index) => {
    if (bar.count === 0) return undefined;
    const label = `${toBarLabel(view, bar, histogram.interval)}：${view.strings.articles(view.formatCount(bar.count))}`;
    // A single article still shows: the lowest bar is 3 % high.
    const height = Math.max(3, (bar.count / highest) * 100);
    const x = percent(index * step);
    const shapes = html`<title>${label}</title><rect class="reach" x="${x}" y="0" width="${percent(step)}" height="100%"/><rect class="bar" x="${x}" y="${percent(100 - height)}" width="${percent(step * 0.82)}" height="${percent(height)}"/>`;
    if (!links) return html`<g>${shapes}</g>`;
    return html`<a href="${toSearchUrl(query, { from: bar.from, to: bar.to })}" aria-label="${label}">${shapes}</a>`;
  });
  return html`<figure class="histogram">
<figcaption>${view.strings.histogram}</figcaption>
<svg class="bars" role="group" aria-label="${view.strings.histogram}">${drawn}</svg>
<svg class="ticks" aria-hidden="true">${renderTicks(view, bars, histogram.interval, step)}</svg>
</figure>`;
}

const percent = (value: number): string => `${Math.round(value * 100) / 100}%`;

function toBars({ interval, buckets }: Histogram): Bar[] {
  const size = Math.ceil(buckets.length / MAX_BARS);
  const bars: Bar[] = [];
  for (let index = 0; index < buckets.length; index += size) {
    const group = buckets.slice(index, index + size);
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) continue;
    const count = group.reduce((sum, bucket) => sum + bucket.count, 0);
    bars.push({ from: first.start, to: toLastDay(last.start, interval), count });
  }
  return bars;
}

/** The last day of the bucket that begins on `start`. */
export function toLastDay(start: string, interval: HistogramInterval): string {
  if (interval === "day") return start;
  if (interval === "year") return `${start.slice(0, 4)}-12-31`;
  const end = new Date(`${start}T00:00:00Z`);
  end.setUTCMonth(end.getUTCMonth() + 1, 0);
  return end.toISOString().slice(0, 10);
}

function toBarLabel({ language }: View, { from, to }: Bar, interval: HistogramInterval): string {
  if (from.slice(0, 4) !== to.slice(0, 4)) return `${from.slice(0, 4)} – ${to.slice(0, 4)}`;
  const [year, month, day] = from.split("-").map(Number);
  if (interval === "year") return language === "en" ? `${year}` : `${year}年`;
  if (from.slice(0, 7) !== to.slice(0, 7)) return `${from} – ${to}`;
  if (interval === "month") return language === "en" ? from.slice(0, 7) : `${year}年${month}月`;
  return language === "en" ? from : `${year}年${month}月${day}日`;
}

/** Labels under the axis: at years where there are some, else at even distances. */
function renderTicks(view: View, bars: readonly Bar[], interval: HistogramInterval, step: number): Html[] {
  const years = bars.flatMap(({ from }, index) =>
    index > 0 && bars[index - 1]?.from.slice(0, 4) !== from.slice(0, 4) ? [index] : [],
  );
  const byYear = years.length >= 2;
  const places = byYear ? years : bars.map((_, index) => index);
  const stride = Math.ceil(places.length / MAX_TICKS);
  return places
    .filter((_, index) => index % stride === 0)
    .flatMap((place) => {
      const bar = bars[place];
      // A label that begins at the far right would be cut off.
      if (bar === undefined || place * step > 92) return [];
      const text = byYear ? bar.from.slice(0, 4) : toTickLabel(view, bar.from, interval);
      return [html`<text x="${percent(place * step)}" y="12">${text}</text>`];
    });
}

function toTickLabel({ language }: View, from: string, interval: HistogramInterval): string {
  const [year, month, day] = from.split("-").map(Number);
  if (interval === "year") return `${year}`;
  if (interval === "month") return language === "en" ? from.slice(0, 7) : `${year}年${month}月`;
  return language === "en" ? from.slice(5) : `${month}月${day}日`;
}
