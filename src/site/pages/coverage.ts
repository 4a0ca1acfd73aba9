import { DEFAULT_QUERY, toSearchUrl } from "../../api/search-url.ts";
import { toPlainChart } from "../chart.ts";
import type { Coverage } from "../coverage.ts";
import { type Html, html } from "../html.ts";
import { type FacetField, renderUnlisted } from "./filters.ts";
import { renderHistogram } from "./histogram.ts";
import { toTimeline } from "./timeline.ts";
import type { View } from "./view.ts";

/** What the archive holds by month, all of it and its largest sources, and how much of each source and category. */
export function renderCoverage(view: View, { months, facets, facetRemainders, sources }: Coverage): Html {
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
  const more = formatCount(rest.length + facetRemainders.source.values);
  const counted = (field: FacetField, values: Coverage["facets"]["source"]): Html =>
    html`<ul class="coverage">${values.map(({ value, count }) => html`<li>${renderLink(view, field, value)} <span class="count">${formatCount(count)}</span></li>`)}</ul>
${renderUnlisted(view, DEFAULT_QUERY, field, facetRemainders[field])}`;
  return html`${renderHistogram(view, DEFAULT_QUERY, { chart: toPlainChart({ histogram: months }), coverage: months })}
${drawn.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="${strings.source}"><table class="strips"><tbody>${drawn}</tbody></table></div>`}
${rest.length > 0 && html`<details id="more-sources"><summary>${strings.moreFacets(more)}</summary>${counted("source", rest)}</details>`}
${facets.category.length > 0 && html`<details id="more-categories"><summary>${strings.category}</summary>${counted("category", facets.category)}</details>`}`;
}

const renderLink = (view: View, field: FacetField, value: string): Html =>
  html`<a href="${toSearchUrl(view, DEFAULT_QUERY, { [field]: [value] })}"><bdi>${value}</bdi></a>`;

/** Of the width that a month has, the part that its bar takes. */
const BAR_SHARE = 0.84;

/** Bars as high as the month is full, against the source's own fullest: one path for all of them, since there may be hundreds. */
function renderStrip(source: string, counts: readonly number[]): Html {
  const highest = Math.max(1, ...counts);
  const bars = counts.flatMap((count, index) => {
    if (count === 0) return [];
    const height = Math.max(8, Math.round((100 * count) / highest));
    return `M${index} 100v-${height}h${BAR_SHARE}v${height}`;
  });
  return html`<svg class="strip" role="img" aria-label="${source}" viewBox="0 0 ${counts.length} 100" preserveAspectRatio="none"><path class="bar" d="${bars.join("")}"/></svg>`;
}
