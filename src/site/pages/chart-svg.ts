import type { PageQuery } from "../../api/wire.ts";
import type { Histogram } from "../../archive/result.ts";
import type { CountTable } from "../../search/count-table.ts";
import { type Chart, toChart } from "../chart.ts";
import { type Html, html } from "../html.ts";
import { toLinePath } from "./chart-lines.ts";
import { type ChartScale, createChartScale, type Measure, toTickLabel } from "./chart-scale.ts";
import { type Timeline, toTimeline } from "./timeline.ts";
import type { View } from "./view.ts";

/** A picture to take along, in pixels: as large as cards of links are, with room for a headline above. */
const WIDTH = 1200;
const HEIGHT = 630;
const PLOT = { left: 90, top: 130, width: 1070, height: 400 } as const;

const MAX_TICKS = 10;

/** Characters of a query that the headline has room for. */
const MAX_HEADLINE_UNITS = 60;

/** Colours of the series on white; each line has a pattern of dashes too, for printers and eyes that see no colours. */
const COLOURS = ["#a5281b", "#1d5fa8", "#2f7d4f", "#9a5b00", "#6b4fa0", "#3f3d3a"];
const DASHES = ["none", "14 6", "4 5", "16 5 3 5", "8 4", "2 4"];

const FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

export interface ChartSvgOptions {
  readonly query: PageQuery;
  readonly table: CountTable;
  readonly coverage: Histogram | undefined;
}

/** The chart as a file by itself: what was asked, of which archive, and by which measure, are written on it. */
export function renderChartSvg(view: View, { query, table, coverage }: ChartSvgOptions): string {
  const chart = toChart(table, query);
  const timeline = toTimeline(chart, coverage, { isAlone: true });
  const measure = query.measure ?? "count";
  const scale = createChartScale(view, timeline, measure);
  const { strings } = view;
  const named = [query.q, ...query.vs].filter((one) => one !== "").join(" / ");
  const headline = `${named === "" ? strings.chart.everything : named}`.slice(0, MAX_HEADLINE_UNITS).toWellFormed();
  const how = [
    strings.histogram,
    strings.perInterval[timeline.interval],
    measure === "share"
      ? chart.bySource
        ? strings.chart.shareOfSource
        : strings.chart.shareOfAll
      : strings.chart.count,
    query.from !== undefined || query.to !== undefined ? `${query.from ?? "…"} – ${query.to ?? "…"}` : "",
  ].filter((part) => part !== "");
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="${FONT}" font-size="18" fill="#23211e">
<title>${headline} · ${how.join(" · ")}</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
<text x="30" y="48" font-size="30" font-weight="600">${headline}</text>
<text x="30" y="80" fill="#66615a">${how.join(" · ")}</text>
${renderLegend(view, chart)}
${renderAxes(view, scale)}
${chart.series.length > 1 ? renderLines(view, timeline, chart, measure) : renderBars(timeline, scale)}
<text x="30" y="${HEIGHT - 22}" font-size="15" fill="#66615a">wenxun · ${strings.machine.snapshot} ${table.snapshot} · ${view.timezone}</text>
</svg>`.markup;
}

function renderLegend({ formatCount }: View, { series }: Chart): Html[] {
  if (series.length < 2) return [];
  const step = (WIDTH - 60) / series.length;
  return series.map(({ label, total = 0 }, index) => {
    const x = 30 + step * index;
    return html`<line x1="${x}" x2="${x + 34}" y1="104" y2="104" stroke="${COLOURS[index]}" stroke-width="3" stroke-dasharray="${DASHES[index]}"/><text x="${x + 42}" y="110" font-size="16">${label.slice(0, 14).toWellFormed()} ${formatCount(total)}</text>`;
  });
}

function renderAxes(view: View, scale: ChartScale): Html {
  const { left, top, width, height } = PLOT;
  const marks = [0, ...scale.marks].map((mark) => {
    const y = round(top + (1 - scale.height(mark)) * height);
    return html`<line x1="${left}" x2="${left + width}" y1="${y}" y2="${y}" stroke="${mark === 0 ? "#66615a" : "#e4dfd6"}"/><text x="${left - 10}" y="${y + 6}" text-anchor="end" fill="#66615a" font-size="16">${scale.format(mark)}</text>`;
  });
  const moments = scale.moments(MAX_TICKS);
  const ticks = moments.map((moment, index) => {
    const x = round(left + scale.place(moment.toISOString().slice(0, 10)) * width);
    return html`<line x1="${x}" x2="${x}" y1="${top + height}" y2="${top + height + 6}" stroke="#66615a"/><text x="${x}" y="${top + height + 26}" fill="#66615a" font-size="16">${toTickLabel(view, moment, moments[index - 1])}</text>`;
  });
  return html`${marks}${ticks}`;
}

function renderLines(view: View, timeline: Timeline, { series }: Chart, measure: Measure): Html {
  const { left, top, width, height } = PLOT;
  return html`<g transform="translate(${left} ${top})" fill="none" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">${series.map((_, of) => html`<path d="${toLinePath(view, timeline, of, { measure, width, height })}" stroke="${COLOURS[of]}" stroke-dasharray="${DASHES[of]}"/>`)}</g>`;
}

function renderBars({ spans }: Timeline, scale: ChartScale): Html {
  const { left, top, width, height } = PLOT;
  const bars = spans.map(({ from, counts }, index) => {
    const value = counts[0] === undefined ? undefined : scale.valueOf(counts[0]);
    if (value === undefined || value === 0) return undefined;
    const x = scale.place(from);
    const next = spans[index + 1];
    const span = ((next === undefined ? 1 : scale.place(next.from)) - x) * width;
    const wide = Math.min(span * 0.84, width * 0.06);
    const high = Math.max(3, scale.height(value) * height);
    return html`<rect x="${round(left + x * width + (span - wide) / 2)}" y="${round(top + height - high)}" width="${round(wide)}" height="${round(high)}"/>`;
  });
  return html`<g fill="#c9a79f">${bars}</g>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
