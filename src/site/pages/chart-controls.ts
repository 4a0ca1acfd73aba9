import { isLinkable, type QueryChange, toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import { COUNT_INTERVALS } from "../../search/count-by-date.ts";
import type { Chart } from "../chart.ts";
import { type Html, html } from "../html.ts";
import { toCsvUrl, toTrendsUrl } from "./trends-links.ts";
import type { View } from "./view.ts";

interface Choice {
  readonly label: string;
  readonly change: QueryChange;
  readonly isChosen: boolean;
}

/** Other pictures of the same counts: longer or shorter periods, shares instead of numbers, the sources side by side. */
export function renderChartControls(
  view: View,
  query: PageQuery,
  drawn: Chart,
  { isAlone, snapshot }: { readonly isAlone: boolean; readonly snapshot?: string | undefined },
): Html | undefined {
  if (!isLinkable(query)) return undefined;
  const { chart } = view.strings;
  const { interval, bySource } = drawn;
  const toUrl = (change: QueryChange): string =>
    isAlone ? toTrendsUrl(view, query, change) : toSearchUrl(view, query, { ...change, offset: query.offset });
  const renderChoices = (name: string, choices: readonly Choice[]): Html =>
    html`<ul aria-label="${name}">${choices.map(({ label, change, isChosen }) => (isChosen ? html`<li><span aria-current="true">${label}</span></li>` : html`<li><a href="${toUrl(change)}" rel="nofollow">${label}</a></li>`))}</ul>`;
  return html`<nav class="controls" aria-label="${chart.controls}">
${renderChoices(
  chart.period,
  COUNT_INTERVALS.map((one) => ({
    label: chart.intervals[one],
    change: { interval: one },
    isChosen: one === interval,
  })),
)}
${renderChoices(chart.measure, [
  { label: chart.count, change: { measure: undefined }, isChosen: query.measure === undefined },
  { label: chart.share, change: { measure: "share" }, isChosen: query.measure === "share" },
])}
${renderChoices(chart.series, [
  { label: chart.together, change: { by: "none", vs: [] }, isChosen: !bySource && query.vs.length === 0 },
  { label: chart.bySource, change: { by: "source", vs: [] }, isChosen: bySource },
])}
${!isAlone && html`<a class="to-numbers" href="${toTrendsUrl(view, query)}" rel="nofollow">${chart.numbers}</a>`}${!isAlone && snapshot !== undefined && html` <a class="to-numbers" href="${toCsvUrl(view, query, drawn, snapshot)}" rel="nofollow" download aria-label="${chart.numbers} CSV">CSV</a>`}
</nav>`;
}
