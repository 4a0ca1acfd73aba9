import { isLinkable, toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import type { Histogram } from "../../archive/result.ts";
import { type Html, html } from "../html.ts";
import type { View } from "./view.ts";

/**
 * Choosing days by pressing, in the page's language and without script: the archive's years; the months of the year that is
 * chosen; the days of the month that is.
 */
export function renderCalendar(view: View, query: PageQuery, coverage: Histogram | undefined): Html | undefined {
  const years = toYears(coverage);
  if (years.length === 0 || !isLinkable(query)) return undefined;
  const { strings } = view;
  const { from = "", to = "" } = query;
  const year = from.slice(0, 4) === to.slice(0, 4) ? from.slice(0, 4) : "";
  const month = from.slice(0, 7) === to.slice(0, 7) ? from.slice(0, 7) : "";
  return html`<details class="calendar" id="calendar"><summary>${strings.pickDays}</summary>
<ul class="years">${years.map((one) => renderChoice(view, query, { label: one, name: one, from: `${one}-01-01`, to: `${one}-12-31` }))}</ul>
${year !== "" && html`<ul class="months" aria-label="${year}">${MONTHS.map((one) => renderMonth(view, query, year, one))}</ul>`}
${month !== "" && renderDays(view, query, month)}</details>`;
}

const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1);
const pad = (value: number): string => String(value).padStart(2, "0");

/** Years that hold something. */
const toYears = (coverage: Histogram | undefined): string[] => [
  ...new Set((coverage?.buckets ?? []).filter(({ count }) => count > 0).map(({ start }) => start.slice(0, 4))),
];

interface Choice {
  readonly label: string;
  /** The same, said whole. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

function renderChoice(view: View, query: PageQuery, { label, name, from, to }: Choice): Html {
  const isChosen = query.from !== undefined && query.to !== undefined && query.from <= from && query.to >= to;
  const isName = name !== label && html` aria-label="${name}"`;
  return html`<li><a href="${toSearchUrl(view, query, { from, to })}"${isName}${isChosen && html` aria-current="true"`}>${label}</a></li>`;
}

const toUtc = (year: number, month: number, day: number): Date => {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date;
};

function renderMonth(view: View, query: PageQuery, year: string, month: number): Html {
  const last = toUtc(Number(year), month + 1, 0).getUTCDate();
  const start = `${year}-${pad(month)}`;
  const at = toUtc(Number(year), month, 1);
  return renderChoice(view, query, {
    label: view.formatUtc(at, "month"),
    name: view.formatUtc(at, "year and month"),
    from: `${start}-01`,
    to: `${start}-${pad(last)}`,
  });
}

/** Weeks begin on Monday. */
function renderDays(view: View, query: PageQuery, month: string): Html {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const length = toUtc(year, number + 1, 0).getUTCDate();
  const before = (toUtc(year, number, 1).getUTCDay() + 6) % 7;
  const weekdays = MONTHS.slice(0, 7).map(
    (day) => html`<li aria-hidden="true">${view.formatUtc(toUtc(2024, 1, day), "weekday")}</li>`,
  );
  const blanks = Array.from({ length: before }, () => html`<li aria-hidden="true"></li>`);
  const days = Array.from({ length }, (_, index) => {
    const day = `${month}-${pad(index + 1)}`;
    const name = view.formatUtc(toUtc(year, number, index + 1), "day");
    return renderChoice(view, query, { label: `${index + 1}`, name, from: day, to: day });
  });
  return html`<ul class="month-days" aria-label="${view.formatUtc(toUtc(year, number, 1), "year and month")}">${weekdays}${blanks}${days}</ul>`;
}
