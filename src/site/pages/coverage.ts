import { DEFAULT_QUERY, toSearchUrl } from "../../api/search-url.ts";
import { toPlainChart } from "../chart.ts";
import type { Coverage } from "../coverage.ts";
import { type Html, html } from "../html.ts";
import { renderHistogram } from "./histogram.ts";
import { toTimeline } from "./timeline.ts";
import type { View } from "./view.ts";

/** What the archive holds by month, all of it and its largest sources, and how much of each source and category. */
export function renderCoverage(view: View, { months, facets, sources }: Coverage): Html {
  const { strings, formatCount } = view;
  const series = [months, ...sources.map((source) => source.months)].map(({ buckets }) => ({
    label: "",
    periods: buckets,
  }));
  const { spans } = toTimeline({ interval: "month", series }, months);
  const drawn = sources.map(({ source }, index) => {
    const counts = spans.map((span) => span.counts[index + 1]?.count ?? 0);
    return html`<tr><th scope="row">${renderLink(view, "source", source)}</th><td class="number">${formatCount(facets.source[index]?.count ?? 0)}</td><td>${renderStrip(source, counts)}</td></tr>`;
  });
  const rest = facets.source.slice(sources.length);
  const counted = (field: "source" | "category", values: Coverage["facets"]["source"]): Html =>
    html`<ul class="coverage">${values.map(({ value, count }) => html`<li>${renderLink(view, field, value)} <span class="count">${formatCount(count)}</span></li>`)}</ul>`;
  return html`${renderHistogram(view, DEFAULT_QUERY, { chart: toPlainChart({ histogram: months }), coverage: months })}
${drawn.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="${strings.source}"><table class="strips"><tbody>${drawn}</tbody></table></div>`}
${rest.length > 0 && html`<details id="more-sources"><summary>${strings.moreFacets(formatCount(rest.length))}</summary>${counted("source", rest)}</details>`}
${facets.category.length > 0 && html`<details id="more-categories"><summary>${strings.category}</summary>${counted("category", facets.category)}</details>`}`;
}

const renderLink = (view: View, field: "source" | "category", value: string): Html =>
  html`<a href="${toSearchUrl(view, DEFAULT_QUERY, { [field]: [value] })}"><bdi>${value}</bdi></a>`;

/** Bars as high as the month is full, against the source's own fullest. */
function renderStrip(source: string, counts: readonly number[]): Html {
  const highest = Math.max(1, ...counts);
  const width = 100 / Math.max(1, counts.length);
  const bars = counts.map((count, index) => {
    if (count === 0) return undefined;
    const height = Math.max(8, Math.round((100 * count) / highest));
    return html`<rect class="bar" x="${(index * width).toFixed(2)}%" y="${100 - height}%" width="${(width * 0.84).toFixed(2)}%" height="${height}%"/>`;
  });
  return html`<svg class="strip" role="img" aria-label="${source}">${bars}</svg>`;
}
