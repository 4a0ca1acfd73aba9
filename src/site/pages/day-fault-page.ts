import type { PageQuery } from "../../api/wire.ts";
import type { DayFault } from "../day-words.ts";
import { html } from "../html.ts";
import { renderChips } from "./filters.ts";
import { renderLayout } from "./layout.ts";
import { renderApply, renderSearchControls, renderSearchForm } from "./search-form.ts";
import type { View } from "./view.ts";

/** A search whose days are none: the whole of it stays in the form as it was typed, with what is wrong and how days are written. */
export function renderDayFaultPage(view: View, query: PageQuery, fault: DayFault): string {
  const { strings } = view;
  return renderLayout(view, {
    kind: "search",
    title: query.q.slice(0, 60),
    masthead: renderSearchForm(view, query, { hasControls: true }),
    main: html`
<h1 class="unseen">${strings.errors["invalid-request"]}</h1>
<div class="reading">
<div class="summary" role="alert"><p class="notice" id="day-fault">${describeFault(view, query, fault)}</p></div>
${renderChips(view, query)}
<p class="open-sheet"><button type="button" popovertarget="filters">${strings.filter}</button></p>
<div class="sheet" id="filters" popover role="group" aria-label="${strings.filter}">
<p class="sheet-head"><strong>${strings.filter}</strong> <button type="button" popovertarget="filters" popovertargetaction="hide">${strings.close}</button></p>
${renderSearchControls(view, query, undefined, fault)}
${renderApply(view)}
</div>
</div>`,
  });
}

function describeFault(
  { strings: { dayFaults, ...strings } }: View,
  { from = "", to = "" }: PageQuery,
  fault: DayFault,
): string {
  if (fault === "undated") return dayFaults.undated;
  if (fault === "reversed") return dayFaults.reversed(from, to);
  return dayFaults.unreadable(strings[fault], fault === "from" ? from : to);
}
