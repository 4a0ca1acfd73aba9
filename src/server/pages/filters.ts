import type { FacetCount } from "../../search/search.ts";
import { type Html, html } from "../html.ts";
import { isLinkable, type QueryChange, toSearchUrl } from "../search-url.ts";
import type { PageQuery } from "../wire.ts";
import type { View } from "./view.ts";

/** Values shown before the rest is folded away. */
const MAX_SHOWN = 10;

const FIELDS = {
  source: { only: "source", none: "excludeSource" },
  category: { only: "category", none: "excludeCategory" },
} as const;
type Field = keyof typeof FIELDS;

const without = (values: readonly string[], value: string): string[] => values.filter((item) => item !== value);

/** What the search is narrowed to, each with a link that takes it away. */
export function renderChips({ strings }: View, query: PageQuery): Html | undefined {
  const chips: Html[] = [];
  const add = (label: string, change: QueryChange): void => {
    const url = toSearchUrl(query, change);
    chips.push(html`<li><a href="${url}" aria-label="${strings.removeFilter(label)}"><bdi>${label}</bdi></a></li>`);
  };
  if (query.from !== undefined || query.to !== undefined) {
    add(`${query.from ?? "…"} – ${query.to ?? "…"}`, { from: undefined, to: undefined });
  }
  for (const { only, none } of Object.values(FIELDS)) {
    for (const value of query[only]) add(value, { [only]: without(query[only], value) });
    for (const value of query[none]) add(strings.excluded(value), { [none]: without(query[none], value) });
  }
  if (chips.length === 0) return undefined;
  const clear = { source: [], category: [], excludeSource: [], excludeCategory: [], from: undefined, to: undefined };
  const all = html`<li class="all"><a href="${toSearchUrl(query, clear)}">${strings.clearFilters}</a></li>`;
  return html`<ul class="chips" aria-label="${strings.filters}">${chips}${chips.length > 1 && all}</ul>`;
}

/** Sources or categories with their counts; each links to the search with only it, or without it. */
export function renderFacet(
  view: View,
  query: PageQuery,
  field: Field,
  counts: readonly FacetCount[],
): Html | undefined {
  // Articles without a source are counted under the empty name, which no filter can ask for.
  const items = counts.filter(({ value }) => value !== "").map((facet) => renderValue(view, query, field, facet));
  if (items.length === 0) return undefined;
  const rest = items.slice(MAX_SHOWN);
  const id = `facet-${field}`;
  return html`<section class="facet" aria-labelledby="${id}">
<h2 id="${id}">${view.strings[field]}</h2>
<ul>${items.slice(0, MAX_SHOWN)}</ul>
${rest.length > 0 && html`<details><summary>${view.strings.moreFacets(view.formatCount(rest.length))}</summary><ul>${rest}</ul></details>`}
</section>`;
}

function renderValue(view: View, query: PageQuery, field: Field, { value, count }: FacetCount): Html {
  const { only, none } = FIELDS[field];
  const name = html`<bdi>${value}</bdi> <span class="count">${view.formatCount(count)}</span>`;
  if (!isLinkable(query)) return html`<li><span>${name}</span></li>`;
  const chosen = query[only].includes(value);
  if (query[none].includes(value)) {
    const back = toSearchUrl(query, { [none]: without(query[none], value) });
    return html`<li class="excluded"><a href="${back}" aria-label="${view.strings.removeFilter(view.strings.excluded(value))}"><s>${name}</s></a></li>`;
  }
  const choice = chosen ? without(query[only], value) : [...query[only], value];
  const exclusion = { [only]: without(query[only], value), [none]: [...without(query[none], value), value] };
  return html`<li><a href="${toSearchUrl(query, { [only]: choice })}"${chosen && html` aria-current="true"`}>${name}</a>
<a class="exclude" href="${toSearchUrl(query, exclusion)}" aria-label="${view.strings.exclude(value)}" title="${view.strings.exclude(value)}">−</a></li>`;
}
