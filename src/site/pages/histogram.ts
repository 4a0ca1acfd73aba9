import { isLinkable, toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import type { Histogram } from "../../archive/result.ts";
import type { Chart } from "../chart.ts";
import { type Html, html } from "../html.ts";
import { renderChartControls } from "./chart-controls.ts";
import { toLinePath } from "./chart-lines.ts";
import { type ChartScale, createChartScale, describeSpan, type Measure, toTickLabel } from "./chart-scale.ts";
import { renderRangeLinks } from "./range-links.ts";
import { clipDays, isFilled, type Span, type Timeline, toTimeline } from "./timeline.ts";
import type { View } from "./view.ts";

/** Labels that stand side by side on a telephone. */
const MAX_TICKS = 5;

/** Labels further right than this would be cut off there. */
const LAST_TICK = 0.85;

/** A single article still shows; of the height. */
const LOWEST_BAR = 0.03;

/** The widest bar, of the width: a year of three is no slab. */
const WIDEST_BAR = 0.06;

/** The side of the box in which lines are drawn before it is stretched. */
const BOX = 1000;

export interface HistogramOptions {
  readonly chart: Chart;
  readonly coverage: Histogram | undefined;
  /** Whether other pictures of the same counts are offered. Default: no. */
  readonly controls?: boolean;
  /** The state of the archive whose counts are offered as a file beside the picture. */
  readonly snapshot?: string;
  /** On the page of counts, where there is room. Default: no. */
  readonly isAlone?: boolean;
}

/**
 * The matching articles over time, with a scale: bars for one series, lines for several; each period is a link that narrows the range
 * to it; days that the archive does not hold are hatched. Geometry is in per cent of the width, so that it fits any screen without script
 * and without inline style; script adds choosing a range by dragging.
 */
export function renderHistogram(
  view: View,
  query: PageQuery,
  { chart, coverage, controls = false, snapshot, isAlone = false }: HistogramOptions,
): Html | undefined {
  const timeline = toTimeline(chart, coverage, { isAlone });
  const { spans } = timeline;
  const ranged = query.from !== undefined || query.to !== undefined;
  if (!spans.some(isFilled) || (spans.length < 2 && !ranged)) return undefined;
  const { strings } = view;
  const measure = query.measure ?? "count";
  const scale = createChartScale(view, timeline, measure);
  return html`<figure class="histogram${isAlone && " alone"}">
<figcaption>${isAlone ? strings.chart[measure] : strings.histogram} <span>${strings.perInterval[timeline.interval]}</span>${measure === "share" && html` <span>· ${chart.bySource ? strings.chart.shareOfSource : strings.chart.shareOfAll}</span>`}</figcaption>
${chart.series.length > 1 && renderLegend(view, chart)}
<div class="plot"><svg class="scale" aria-hidden="true">${scale.marks.map((mark) => html`<text x="0" y="${percent(1 - scale.height(mark))}">${scale.format(mark)}</text>`)}</svg>
<svg class="bars" role="group" aria-label="${strings.histogram}"><defs><pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line y2="6" class="hatch"/></pattern></defs>${renderGrid(scale)}${renderLines(view, timeline, chart, measure)}${renderSpans(view, query, { timeline, chart, scale })}</svg>
<svg class="ticks" aria-hidden="true">${renderTicks(view, scale)}</svg></div>
${controls && renderChartControls(view, query, chart, { isAlone, snapshot })}
${renderRangeLinks(view, query, timeline)}
</figure>`;
}

const renderLegend = (view: View, { series }: Chart): Html =>
  html`<ul class="legend">${series.map(({ label, total }, index) => html`<li class="series-${index}"><svg aria-hidden="true"><line x2="100%" y1="50%" y2="50%" class="line series-${index}"/></svg> <bdi>${label}</bdi>${total !== undefined && html` <span class="count">${view.formatCount(total)}</span>`}</li>`)}</ul>`;

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

const renderGrid = (scale: ChartScale): Html[] =>
  scale.marks.map((mark) => {
    const y = percent(1 - scale.height(mark));
    return html`<line class="grid" x2="100%" y1="${y}" y2="${y}"/>`;
  });

/** Several series as lines, in a box that is stretched to the picture. */
function renderLines(view: View, timeline: Timeline, { series }: Chart, measure: Measure): Html | undefined {
  if (series.length < 2) return undefined;
  return html`<svg viewBox="0 0 ${BOX} ${BOX}" preserveAspectRatio="none" aria-hidden="true">${series.map((_, of) => html`<path class="line series-${of}" d="${toLinePath(view, timeline, of, { measure, width: BOX, height: BOX })}"/>`)}</svg>`;
}

interface Drawing {
  readonly timeline: Timeline;
  readonly chart: Chart;
  readonly scale: ChartScale;
}

function renderSpans(view: View, query: PageQuery, drawing: Drawing): Html[] {
  const { timeline, chart, scale } = drawing;
  const linked = isLinkable(query);
  return timeline.spans.map((span, index) => {
    const left = scale.place(span.from);
    const next = timeline.spans[index + 1];
    const width = (next === undefined ? 1 : scale.place(next.from)) - left;
    const counted = clipDays(span, query);
    const label = describeSpan(view, { ...span, ...counted }, chart);
    const reach = html`<rect class="${span.isGap ? "reach gap" : "reach"}" x="${percent(left)}" y="0" width="${percent(width)}" height="100%"${span.isGap && html` fill="url(#gap)"`}/>`;
    const bar = chart.series.length === 1 && renderBar(span, { left, width, scale });
    const days = html`data-from="${counted.from}" data-to="${counted.to}"`;
    if (!isFilled(span) || !linked) return html`<g ${days}><title>${label}</title>${reach}${bar}</g>`;
    const url = toSearchUrl(view, query, counted);
    return html`<a ${days} href="${url}" aria-label="${label}"><title>${label}</title>${reach}${bar}</a>`;
  });
}

function renderBar(
  { counts }: Span,
  { left, width, scale }: { readonly left: number; readonly width: number; readonly scale: ChartScale },
): Html | undefined {
  const [count] = counts;
  const value = count === undefined ? undefined : scale.valueOf(count);
  if (value === undefined || value === 0) return undefined;
  const height = Math.max(LOWEST_BAR, scale.height(value));
  const wide = Math.min(width * 0.84, WIDEST_BAR);
  return html`<rect class="bar" x="${percent(left + (width - wide) / 2)}" y="${percent(1 - height)}" width="${percent(wide)}" height="${percent(height)}"/>`;
}

/** At most {@link MAX_TICKS}, evenly chosen; each says no more than the one before it has not said. */
function renderTicks(view: View, scale: ChartScale): Html[] {
  const shown = scale.moments(MAX_TICKS);
  return shown.flatMap((moment, index) => {
    const place = scale.place(moment.toISOString().slice(0, 10));
    if (place > LAST_TICK) return [];
    return [html`<text x="${percent(place)}" y="12">${toTickLabel(view, moment, shown[index - 1])}</text>`];
  });
}
