import { scaleLinear, scaleUtc } from "d3-scale";
import { isLinkable, toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import type { HistogramInterval } from "../../archive/request.ts";
import type { Histogram } from "../../archive/result.ts";
import { type Html, html } from "../html.ts";
import { renderRangeLinks } from "./range-links.ts";
import { type Span, type Timeline, toTimeline } from "./timeline.ts";
import type { View } from "./view.ts";

/** Labels that stand side by side on a telephone. */
const MAX_TICKS = 5;

/** Labels further right than this would be cut off there. */
const LAST_TICK_PERCENT = 85;

/** A single article still shows. */
const LOWEST_BAR_PERCENT = 3;

export interface Series {
  /** Name of what is counted, where there are two; empty for one. */
  readonly label: string;
  readonly histogram: Histogram;
}

/**
 * The matching articles over time: one bar per day, month or year and series, each a link that narrows the range to it; days
 * that the archive does not hold are hatched. Geometry is in per cent of the width, so that it fits any screen without script
 * and without inline style; script adds choosing a range by dragging.
 */
export function renderHistogram(
  view: View,
  query: PageQuery,
  { series, coverage }: { readonly series: readonly Series[]; readonly coverage: Histogram | undefined },
): Html | undefined {
  const timeline = toTimeline(
    series.map(({ histogram }) => histogram),
    coverage,
  );
  const { spans, highest } = timeline;
  const ranged = query.from !== undefined || query.to !== undefined;
  if (highest === 0 || (spans.length < 2 && !ranged)) return undefined;
  const { strings } = view;
  return html`<figure class="histogram">
<figcaption>${strings.histogram} <span>${strings.perInterval[timeline.interval]}</span>${series.length > 1 && renderLegend(series)}</figcaption>
<svg class="bars" role="group" aria-label="${strings.histogram}"><defs><pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line y2="6" class="hatch"/></pattern></defs>${renderSpans(view, query, timeline, series)}</svg>
<svg class="ticks" aria-hidden="true">${renderTicks(view, timeline)}</svg>
${renderRangeLinks(view, query, timeline)}
</figure>`;
}

const renderLegend = (series: readonly Series[]): Html =>
  html`<span class="legend">${series.map(({ label }, index) => html`<span class="series-${index}"><bdi>${label}</bdi></span>`)}</span>`;

const percent = (value: number): string => `${Math.round(value * 100) / 100}%`;

/** From a moment to per cent of the width; the last span ends at 100. */
function createTimeScale(spans: readonly Span[]) {
  const DAY_MS = 86_400_000;
  const [first, last] = [spans[0], spans.at(-1)];
  const start = new Date(`${first?.from}T00:00:00Z`);
  const end = new Date(Date.parse(`${last?.to}T00:00:00Z`) + DAY_MS);
  return scaleUtc().domain([start, end]).range([0, 100]);
}

const toMoment = (day: string): Date => new Date(`${day}T00:00:00Z`);

function renderSpans(view: View, query: PageQuery, timeline: Timeline, series: readonly Series[]): Html[] {
  const { spans, highest, interval } = timeline;
  const x = createTimeScale(spans);
  const y = scaleLinear().domain([0, highest]).range([0, 100]);
  const linked = isLinkable(query);
  return spans.map((span, index) => {
    const left = x(toMoment(span.from));
    const next = spans[index + 1];
    const width = (next === undefined ? 100 : x(toMoment(next.from))) - left;
    const label = describeSpan(view, span, interval, series);
    const bars = span.counts.map((count, of) => {
      if (count === 0) return undefined;
      const height = Math.max(LOWEST_BAR_PERCENT, y(count));
      const share = (width * 0.84) / span.counts.length;
      return html`<rect class="bar series-${of}" x="${percent(left + share * of)}" y="${percent(100 - height)}" width="${percent(share)}" height="${percent(height)}"/>`;
    });
    const reach = html`<rect class="${span.isGap ? "reach gap" : "reach"}" x="${percent(left)}" y="0" width="${percent(width)}" height="100%"${span.isGap && html` fill="url(#gap)"`}/>`;
    const empty = span.counts.every((count) => count === 0);
    const days = html`data-from="${span.from}" data-to="${span.to}"`;
    if (empty || !linked) return html`<g ${days}><title>${label}</title>${reach}${bars}</g>`;
    const url = toSearchUrl(view, query, { from: span.from, to: span.to });
    return html`<a ${days} href="${url}" aria-label="${label}"><title>${label}</title>${reach}${bars}</a>`;
  });
}

function describeSpan(view: View, span: Span, interval: HistogramInterval, series: readonly Series[]): string {
  const { strings } = view;
  const days = toSpanLabel(view, span, interval);
  if (span.isGap) return `${days}：${strings.gap}`;
  const counts = span.counts.map((count, index) => {
    const label = series[index]?.label ?? "";
    return `${label === "" ? "" : `${label} `}${strings.articles(view.formatCount(count))}`;
  });
  return `${days}：${counts.join("，")}`;
}

function toSpanLabel({ language }: View, { from, to }: Span, interval: HistogramInterval): string {
  if (from.slice(0, 4) !== to.slice(0, 4)) return `${from.slice(0, 4)} – ${to.slice(0, 4)}`;
  const [year, month, day] = from.split("-").map(Number);
  if (interval === "year") return language === "en" ? `${year}` : `${year}年`;
  if (interval === "month" && from.slice(0, 7) !== to.slice(0, 7)) return `${from.slice(0, 7)} – ${to.slice(0, 7)}`;
  if (interval === "month") return language === "en" ? from.slice(0, 7) : `${year}年${month}月`;
  if (from !== to) return `${from} – ${to}`;
  return language === "en" ? from : `${year}年${month}月${day}日`;
}

/** At most {@link MAX_TICKS}, evenly chosen; each says no more than the one before it has not said. */
function renderTicks(view: View, { spans }: Timeline): Html[] {
  const x = createTimeScale(spans);
  // Over a few days the scale also offers hours, which have no names here.
  const moments = x.ticks(MAX_TICKS).filter((moment) => moment.getUTCHours() === 0);
  const shown = moments.filter((_, index) => index % Math.ceil(moments.length / MAX_TICKS) === 0);
  return shown.flatMap((moment, index) => {
    const place = x(moment);
    if (place > LAST_TICK_PERCENT) return [];
    return [html`<text x="${percent(place)}" y="12">${toTickLabel(view, moment, shown[index - 1])}</text>`];
  });
}

/** As short as the label before it allows: 2021年3月, then 5月, then 2022; 3月14日, then 18日. */
export function toTickLabel({ language }: Pick<View, "language">, moment: Date, before: Date | undefined): string {
  const [year, month, date] = [moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate()];
  const isNewYear = before?.getUTCFullYear() !== year;
  if (month === 0 && date === 1 && (isNewYear || before === undefined)) return `${year}`;
  const english = (options: Intl.DateTimeFormatOptions): string =>
    moment.toLocaleDateString("en-GB", { ...options, timeZone: "UTC" });
  if (date === 1 && (before === undefined || before.getUTCDate() === 1)) {
    if (language === "en") return english(isNewYear ? { month: "short", year: "numeric" } : { month: "short" });
    return isNewYear ? `${year}年${month + 1}月` : `${month + 1}月`;
  }
  const isNewMonth = isNewYear || before?.getUTCMonth() !== month;
  if (language === "en") return isNewMonth ? english({ day: "numeric", month: "short" }) : `${date}`;
  return isNewMonth ? `${month + 1}月${date}日` : `${date}日`;
}
