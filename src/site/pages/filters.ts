import { isLinkable, type QueryChange, toSearchParams, toSearchUrl, withParams } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import type { Lack } from "../../archive/request.ts";
import type { FacetCount, FacetRemainder, SearchResult } from "../../archive/result.ts";
import { at } from "../../http/site.ts";
import { fold } from "../../text/fold.ts";
import { type Html, html } from "../html.ts";
import type { View } from "./view.ts";

/** Values shown before the rest is folded away. */
const MAX_SHOWN = 10;

const FIELDS = {
  source: { only: "source", none: "excludeSource" },
  category: { only: "category", none: "excludeCategory" },
} as const;
export type FacetField = keyof typeof FIELDS;

/** Names are compared as the search compares them: folded. */
const areSame = (a: string, b: string): boolean => a === b || fold(a) === fold(b);
const holds = (values: readonly string[], value: string): boolean => values.some((item) => areSame(item, value));
const without = (values: readonly string[], value: string): string[] => values.filter((item) => !areSame(item, value));

/** The values of both facets, and what is not listed of them. */
export type FacetChoices = Pick<SearchResult, "facets" | "facetRemainders">;

/** What takes every filter away. */
export const NO_FILTERS = {
  source: [],
  category: [],
  excludeSource: [],
  excludeCategory: [],
  without: [],
  from: undefined,
  to: undefined,
} satisfies QueryChange;

export const isNarrowed = (query: PageQuery): boolean =>
  toSearchParams(query) !== toSearchParams({ ...query, ...NO_FILTERS });

/** How many filters are on; a range of days is one. */
export const countFilters = ({
  from,
  to,
  source,
  category,
  excludeSource,
  excludeCategory,
  without,
}: PageQuery): number =>
  (from === undefined && to === undefined ? 0 : 1) +
  [source, category, excludeSource, excludeCategory, without].flat().length;

/** What the search is narrowed to, each with a link that takes it away. */
export function renderChips(view: View, query: PageQuery): Html | undefined {
  const { strings } = view;
  const chips: Html[] = [];
  const add = (label: string, change: QueryChange): void => {
    const url = toSearchUrl(view, query, change);
    chips.push(html`<li><a href="${url}" aria-label="${strings.removeFilter(label)}"><bdi>${label}</bdi></a></li>`);
  };
  if (query.from !== undefined || query.to !== undefined) {
    add(`${query.from ?? "…"} – ${query.to ?? "…"}`, { from: undefined, to: undefined });
  }
  for (const lack of query.without) {
    add(strings.without[lack], { without: query.without.filter((one) => one !== lack) });
  }
  for (const { only, none } of Object.values(FIELDS)) {
    for (const value of query[only]) add(value, { [only]: without(query[only], value) });
    for (const value of query[none]) add(strings.excluded(value), { [none]: without(query[none], value) });
  }
  if (chips.length === 0) return undefined;
  const all = html`<li class="all"><a href="${toSearchUrl(view, query, NO_FILTERS)}">${strings.clearFilters}</a></li>`;
  return html`<ul class="chips" aria-label="${strings.filters}">${chips}${chips.length > 1 && all}</ul>`;
}

/**
 * Sources or categories with their counts; each links to the search with only it, or without it. Where they are skimmed, what does
 * not fit is on a page of its own.
 */
export function renderFacet(
  view: View,
  query: PageQuery,
  field: FacetField,
  { facets, facetRemainders, isSkimmed = false }: FacetChoices & { readonly isSkimmed?: boolean },
): Html | undefined {
  const counts = facets[field];
  const remainder = facetRemainders[field];
  if (counts.length === 0) return undefined;
  const items = (isSkimmed ? counts.slice(0, MAX_SHOWN) : counts).map((facet) =>
    renderFacetValue(view, query, field, facet),
  );
  const more = counts.length - MAX_SHOWN + remainder.values;
  const id = `facet-${field}`;
  return html`<section class="facet" aria-labelledby="${id}">
<h2 id="${id}">${view.strings[field]}</h2>
<ul>${items.slice(0, MAX_SHOWN)}${remainder.none > 0 && renderLack(view, query, field, remainder.none)}</ul>
${items.length > MAX_SHOWN && renderRest(view, query, field, { rest: items.slice(MAX_SHOWN), remainder })}
${isSkimmed && more > 0 && html`<a class="all" href="${toFacetUrl(view, query, field)}">${view.strings.moreFacets(view.formatCount(more))}</a>`}
</section>`;
}

/** How many articles lack something, with a link to these alone. */
export function renderLack(view: View, query: PageQuery, lack: Lack, count: number): Html {
  const name = html`${view.strings.without[lack]} <span class="count">${view.formatCount(count)}</span>`;
  if (!isLinkable(query)) return html`<li><span>${name}</span></li>`;
  const isChosen = query.without.includes(lack);
  const choice = isChosen ? query.without.filter((one) => one !== lack) : [...query.without, lack];
  return html`<li><a href="${toSearchUrl(view, query, { without: choice })}"${isChosen && html` aria-current="true"`}>${name}</a></li>`;
}

/** What does not fit at once, a way to find a value by its name, and the way to all of them. */
function renderRest(
  view: View,
  query: PageQuery,
  field: FacetField,
  { rest, remainder }: { readonly rest: readonly Html[]; readonly remainder: FacetRemainder },
): Html {
  const { strings } = view;
  const count = view.formatCount(rest.length + remainder.values);
  return html`<details id="more-${field}"><summary>${strings.moreFacets(count)}</summary>
${isLinkable(query) && renderFacetForm(view, query, field)}
<ul class="values">${rest}</ul>${isLinkable(query) && renderUnlisted(view, query, field, remainder)}</details>`;
}

/** How many values are not listed, and the way to all of them. */
export function renderUnlisted(
  view: View,
  query: PageQuery,
  field: FacetField,
  { values, count }: FacetRemainder,
): Html | undefined {
  if (values === 0) return undefined;
  const { strings, formatCount } = view;
  const beyond = strings.unlistedFacets(formatCount(values), formatCount(count));
  return html`<a class="all" href="${toFacetUrl(view, query, field)}">${beyond} ${strings.allValues}</a>`;
}

const toFacetUrl = (view: View, query: PageQuery, field: FacetField): string =>
  at(view, withParams(`facets/${field}`, toSearchParams({ ...query, offset: 0 })));

/** Finds sources or categories by name, on a page of their own; script puts what it finds in place. */
export function renderFacetForm(view: View, query: PageQuery, field: FacetField, contains = ""): Html {
  const { strings } = view;
  const hidden = [...new URLSearchParams(toSearchParams({ ...query, offset: 0 }))].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form class="find" action="${at(view, `facets/${field}`)}" method="get">${hidden}<input type="search" name="contains" value="${contains}" maxlength="200" placeholder="${strings.findValue}" aria-label="${strings.labelled(strings[field], strings.findValue)}" autocomplete="off"></form>`;
}

export function renderFacetValue(view: View, query: PageQuery, field: FacetField, { value, count }: FacetCount): Html {
  const { only, none } = FIELDS[field];
  const name = html`<bdi>${value}</bdi> <span class="count">${view.formatCount(count)}</span>`;
  if (!isLinkable(query)) return html`<li><span>${name}</span></li>`;
  const chosen = holds(query[only], value);
  if (holds(query[none], value)) {
    const back = toSearchUrl(view, query, { [none]: without(query[none], value) });
    return html`<li class="excluded"><a href="${back}" aria-label="${view.strings.removeFilter(view.strings.excluded(value))}"><s>${name}</s></a></li>`;
  }
  const choice = chosen ? without(query[only], value) : [...query[only], value];
  const exclusion = { [only]: without(query[only], value), [none]: [...without(query[none], value), value] };
  return html`<li><a href="${toSearchUrl(view, query, { [only]: choice })}"${chosen && html` aria-current="true"`}>${name}</a>
<a class="exclude" href="${toSearchUrl(view, query, exclusion)}" aria-label="${view.strings.exclude(value)}" title="${view.strings.exclude(value)}">−</a></li>`;
}
