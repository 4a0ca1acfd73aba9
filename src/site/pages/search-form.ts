import { DEFAULT_QUERY } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import { SEARCH_MODES, SORT_ORDERS } from "../../archive/request.ts";
import { at } from "../../http/site.ts";
import { flag, type Html, html } from "../html.ts";
import type { View } from "./view.ts";

/** The whole question as one plain form. What the side panel narrowed travels in hidden fields. */
export function renderSearchForm(view: View, query: PageQuery): Html {
  const { strings } = view;
  const hidden = (["source", "category", "excludeSource", "excludeCategory"] as const).flatMap((name) =>
    query[name].map((value) => html`<input type="hidden" name="${name}" value="${value}">`),
  );
  return html`<search>
<form id="search" class="search" action="${at(view, "")}" method="get">
<div class="ask">
<label class="unseen" for="q">${strings.searchLabel}</label>
<input id="q" name="q" type="search" value="${query.q}" placeholder="${strings.placeholder}" autocomplete="off" enterkeyhint="search" list="suggestions">
<datalist id="suggestions"></datalist>
<button type="submit">${strings.search}</button>
</div>
<div class="how">
<fieldset class="modes"><legend class="unseen">${strings.modeLabel}</legend>
${SEARCH_MODES.map(
  (mode) =>
    html`<label title="${strings.modes[mode].hint}"><input type="radio" name="mode" value="${mode}" ${flag("checked", mode === query.mode)}><span>${strings.modes[mode].name}</span></label>`,
)}
</fieldset>
<div class="days">
<label><span>${strings.from}</span><input type="date" name="from" value="${query.from}"></label>
<label><span>${strings.to}</span><input type="date" name="to" value="${query.to}"></label>
</div>
<label class="sort"><span class="unseen">${strings.sortLabel}</span><select name="sort">
${SORT_ORDERS.map((sort) => html`<option value="${sort}" ${flag("selected", sort === query.sort)}>${strings.sorts[sort]}</option>`)}
</select></label>
${hidden}
${query.vs !== undefined && html`<input type="hidden" name="vs" value="${query.vs}">`}
${query.stories !== DEFAULT_QUERY.stories && html`<input type="hidden" name="stories" value="${query.stories}">`}
${query.limit !== DEFAULT_QUERY.limit && html`<input type="hidden" name="limit" value="${query.limit}">`}
</div>
</form>
</search>`;
}
