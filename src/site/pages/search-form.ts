import { toSearchParams } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import { SEARCH_MODES, SORT_ORDERS } from "../../archive/request.ts";
import type { Histogram } from "../../archive/result.ts";
import { at } from "../../http/site.ts";
import type { DayFault } from "../day-words.ts";
import { flag, type Html, html } from "../html.ts";
import { renderCalendar } from "./calendar.ts";
import type { View } from "./view.ts";

/** The form of the search box; controls anywhere on the page belong to it by this name. */
const FORM = "search";

/** What the controls of a search page say, and hidden fields do elsewhere. */
const CONTROLLED = ["mode", "from", "to", "sort"] as const;

export interface SearchFormOptions {
  /** Whether the page has {@link renderSearchControls}. Default: no, and what they would say travels along hidden. */
  readonly hasControls?: boolean;
}

/** The search box, on every page. What else the search is made of travels in hidden fields. */
export function renderSearchForm(view: View, query: PageQuery, { hasControls = false }: SearchFormOptions = {}): Html {
  const { strings } = view;
  const said = new URLSearchParams(toSearchParams({ ...query, q: "", offset: 0 }));
  if (hasControls) for (const name of CONTROLLED) said.delete(name);
  const hidden = [...said].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return html`<search>
<form id="${FORM}" class="search" action="${at(view, "")}" method="get">
<div class="ask">
<label class="unseen" for="q">${strings.searchLabel}</label>
<input id="q" name="q" type="search" value="${query.q}" placeholder="${strings.placeholder}" autocomplete="off" enterkeyhint="search">
<ul id="suggestions" class="suggestions" role="listbox" aria-label="${strings.suggestions}" hidden></ul>
<button type="submit">${strings.search}</button>
</div>
${hidden}
</form>
</search>`;
}

/** How to search, in which order, and of which days, with what is wrong with these; script applies each change at once. */
export function renderSearchControls(
  view: View,
  query: PageQuery,
  coverage: Histogram | undefined,
  fault?: DayFault,
): Html {
  const { strings } = view;
  const renderDay = (name: "from" | "to"): Html => {
    const isAtFault = fault !== undefined && (fault === name || (fault !== "from" && fault !== "to"));
    return html`<label><span>${strings[name]}</span><input form="${FORM}" name="${name}" value="${query[name]}" placeholder="${strings.dayExample}" maxlength="40" autocomplete="off"${isAtFault && html` aria-invalid="true" aria-describedby="day-fault"`}></label>`;
  };
  return html`<div class="how">
<fieldset class="modes"><legend class="unseen">${strings.modeLabel}</legend>
${SEARCH_MODES.map(
  (mode) =>
    html`<label title="${strings.modes[mode].hint}"><input form="${FORM}" type="radio" name="mode" value="${mode}" ${flag("checked", mode === query.mode)}><span>${strings.modes[mode].name}</span></label>`,
)}
</fieldset>
<label class="sort"><span class="unseen">${strings.sortLabel}</span><select form="${FORM}" name="sort">
${SORT_ORDERS.map((sort) => html`<option value="${sort}" ${flag("selected", sort === query.sort)}>${strings.sorts[sort]}</option>`)}
</select></label>
<div class="days">
${renderDay("from")}
${renderDay("to")}
</div>
${fault !== undefined && html`<p class="meta">${strings.dayFaults.hint}</p>`}
${renderCalendar(view, query, coverage)}
</div>`;
}

/** Leaves the sheet of filters for what was found; without script it applies what was chosen there. */
export const renderApply = ({ strings }: View): Html =>
  html`<p class="apply"><button type="submit" form="${FORM}">${strings.showResults}</button></p>`;
