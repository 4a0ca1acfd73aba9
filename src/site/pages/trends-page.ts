import { toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import type { Histogram } from "../../archive/result.ts";
import type { CountTable } from "../../search/count-table.ts";
import { type Chart, toChart } from "../chart.ts";
import { type Html, html } from "../html.ts";
import { toSpanLabel } from "./chart-scale.ts";
import { renderHistogram } from "./histogram.ts";
import { renderLayout } from "./layout.ts";
import { renderSearchForm } from "./search-form.ts";
import { clipDays, toLastDay } from "./timeline.ts";
import { toCsvUrl, toPictureUrl } from "./trends-links.ts";
import type { View } from "./view.ts";

export interface TrendsPageOptions {
  readonly query: PageQuery;
  readonly table: CountTable;
  readonly coverage: Histogram | undefined;
}

/** Counts over time as a picture with its controls, as a table of the same numbers, and as files. */
export function renderTrendsPage(view: View, { query, table, coverage }: TrendsPageOptions): string {
  const { strings } = view;
  const chart = toChart(table, query);
  const named = [query.q, ...query.vs].filter((one) => one !== "").join(" / ");
  return renderLayout(view, {
    kind: "trends",
    title: `${strings.histogram} ${named}`.trim().slice(0, 80),
    masthead: renderSearchForm(view, query),
    main: html`
<p class="back"><a href="${toSearchUrl(view, query)}">${strings.back}</a></p>
<h1>${named === "" ? strings.histogram : html`<bdi>${named}</bdi> <span class="soft">${strings.histogram}</span>`}</h1>
${renderHistogram(view, query, { chart, coverage, controls: true, isAlone: true }) ?? (table.series.every(({ total }) => total.count === 0) && html`<p>${strings.emptyTitle}</p>`)}
<p class="take">${strings.exportAs} <a href="${toCsvUrl(view, query, chart, table.snapshot)}" download>CSV</a> <a href="${toPictureUrl(view, query)}" download="wenxun.svg">SVG</a> <button type="button" class="png" hidden data-picture="${toPictureUrl(view, query)}">PNG</button></p>
${renderTable(view, query, { table, chart })}
<p class="meta">${strings.chart.shareRule} ${strings.machine.snapshot} ${table.snapshot} · ${strings.machine.timezone} ${view.timezone}</p>`,
  });
}

/** The numbers of the picture, and what it leaves out, so that they add up to what each query matches. */
function renderTable(
  view: View,
  range: Pick<PageQuery, "from" | "to">,
  { table, chart }: { readonly table: CountTable; readonly chart: Chart },
): Html {
  const { strings, formatCount, formatRate } = view;
  const { series } = table;
  const nameOf = ({ query, group, value }: CountTable["series"][number]): string => {
    if (group === "value") return value;
    if (group === "none") return strings.without.source;
    if (group === "rest") return strings.chart.others;
    return query === "" ? strings.chart.everything : query;
  };
  const cells = ({ count, all }: { readonly count: number; readonly all: number }): Html =>
    html`<td class="number">${formatCount(count)}</td><td class="number soft">${formatCount(all)}</td><td class="number">${all === 0 ? "–" : formatRate(count / all)}</td>`;
  const toLabel = (start: string): string =>
    toSpanLabel(view, clipDays({ from: start, to: toLastDay(start, chart.interval) }, range), chart.interval);
  const starts = series[0]?.periods.map(({ start }) => start) ?? [];
  const hasUndated = series.some(({ undated }) => undated.all > 0);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${strings.chart.numbers}"><table class="counts">
<thead><tr><th scope="col" rowspan="2">${strings.chart.period}</th>${series.map((one) => html`<th scope="colgroup" colspan="3"><bdi>${nameOf(one)}</bdi></th>`)}</tr>
<tr>${series.map(() => html`<th scope="col" class="number">${strings.chart.count}</th><th scope="col" class="number">${strings.chart.all}</th><th scope="col" class="number">${strings.chart.share}</th>`)}</tr></thead>
<tbody>${starts.map((start, index) => html`<tr><th scope="row">${toLabel(start)}</th>${series.map(({ periods }) => cells(periods[index] ?? { count: 0, all: 0 }))}</tr>`)}
${hasUndated && html`<tr><th scope="row">${strings.undated}</th>${series.map(({ undated }) => cells(undated))}</tr>`}</tbody>
<tfoot><tr><th scope="row">${strings.chart.sum}</th>${series.map(({ total }) => cells(total))}</tr></tfoot>
</table></div>`;
}
