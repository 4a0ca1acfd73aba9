import { toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import type { FacetCount } from "../../archive/result.ts";
import { fold } from "../../text/fold.ts";
import { type Html, html } from "../html.ts";
import { type FacetField, renderFacetForm, renderFacetValue, renderLack } from "./filters.ts";
import { renderLayout } from "./layout.ts";
import { renderSearchForm } from "./search-form.ts";
import type { View } from "./view.ts";

export interface FacetPageOptions {
  readonly query: PageQuery;
  readonly field: FacetField;
  /** All values that the rest of the search leaves. */
  readonly values: readonly FacetCount[];
  /** Articles that have none. */
  readonly none: number;
  /** Only values that contain this, in either script. */
  readonly contains: string;
}

/** Values of one page; what is looked for among more is found by its name. */
const MAX_LISTED = 500;

/** Every source or category of a search, to narrow it to any of them. */
export function renderFacetPage(view: View, { query, field, values, none, contains }: FacetPageOptions): string {
  const { strings } = view;
  const sought = fold(contains.trim());
  const matching = values.filter(({ value }) => fold(value).includes(sought));
  return renderLayout(view, {
    kind: "facet",
    title: strings[field],
    masthead: renderSearchForm(view, query),
    main: html`
<p class="back"><a href="${toSearchUrl(view, query)}">${strings.back}</a></p>
<h1>${strings[field]} <span class="count">${view.formatCount(matching.length)}</span></h1>
${renderFacetForm(view, query, field, contains)}
<div class="facet">${renderList(view, query, field, { values: matching, none: sought === "" ? none : 0 })}</div>`,
  });
}

function renderList(
  view: View,
  query: PageQuery,
  field: FacetField,
  { values, none }: Pick<FacetPageOptions, "values" | "none">,
): Html {
  if (values.length === 0 && none === 0) return html`<p class="meta" id="facet-values">${view.strings.emptyTitle}</p>`;
  const listed = values.slice(0, MAX_LISTED).map((value) => renderFacetValue(view, query, field, value));
  return html`<ul class="values" id="facet-values">${listed}${none > 0 && renderLack(view, query, field, none)}</ul>`;
}
