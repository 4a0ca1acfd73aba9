import { isLinkable, type QueryChange, toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import { dayOf } from "../../text/days.ts";
import { type Html, html } from "../html.ts";
import type { Timeline } from "./timeline.ts";
import type { View } from "./view.ts";

/** Years offered at once. */
const MAX_YEARS = 6;

/** Ranges up to today, none shorter than a bar: a year that holds something may hold nothing of its last week. */
const LAST_DAYS = { year: [365], month: [365, 30], week: [365, 30, 7], day: [365, 30, 7] } as const;

const DAY_MS = 86_400_000;

/** Ways to other ranges: the years at hand while there is none; the stretch before, after and around while there is one. */
export function renderRangeLinks(view: View, query: PageQuery, timeline: Timeline): Html | undefined {
  if (!isLinkable(query)) return undefined;
  const { strings } = view;
  const links =
    query.from === undefined && query.to === undefined
      ? [...toYears(timeline), ...toLastDays(view, timeline)]
      : toNeighbours(view, query.from, query.to);
  return html`<nav class="ranges" aria-label="${strings.ranges}"><ul>${links.map(
    ({ label, change }) => html`<li><a href="${toSearchUrl(view, query, change)}">${label}</a></li>`,
  )}<li><button type="button" class="undo" hidden>${strings.undo}</button></li></ul></nav>`;
}

interface RangeLink {
  readonly label: string;
  readonly change: QueryChange;
}

/** The latest years that hold something, where there is more than one. */
function toYears({ spans }: Timeline): RangeLink[] {
  const years = new Set(
    spans.filter(({ counts }) => counts.some(({ count }) => count > 0)).map(({ to }) => to.slice(0, 4)),
  );
  if (years.size < 2) return [];
  return [...years]
    .sort()
    .slice(-MAX_YEARS)
    .map((year) => ({ label: year, change: { from: `${year}-01-01`, to: `${year}-12-31` } }));
}

/** The last days, where what matches reaches into them. */
function toLastDays({ strings, timezone, formatCount }: View, { interval, spans }: Timeline): RangeLink[] {
  const today = dayOf(Date.now(), timezone);
  const newest = spans.findLast(({ counts }) => counts.some(({ count }) => count > 0))?.to ?? "";
  return LAST_DAYS[interval].flatMap((days) => {
    const from = toIsoDay(Date.parse(`${today}T00:00:00Z`) - (days - 1) * DAY_MS);
    return newest < from ? [] : [{ label: strings.lastDays(formatCount(days)), change: { from, to: today } }];
  });
}

function toNeighbours({ strings }: View, from: string | undefined, to: string | undefined): RangeLink[] {
  const all = { label: strings.allDays, change: { from: undefined, to: undefined } };
  if (from === undefined || to === undefined || from > to) return [all];
  const wider = widen(from, to);
  return [
    { label: strings.earlier, change: moveRange(from, to, -1) },
    { label: strings.later, change: moveRange(from, to, 1) },
    ...(wider === undefined ? [] : [{ label: strings.wider, change: wider }]),
    all,
  ];
}

/** The whole month of some days, the whole year of some months; nothing around whole years but everything. */
export function widen(from: string, to: string): { from: string; to: string } | undefined {
  const month = `${from.slice(0, 7)}-01`;
  const monthEnd = toIsoDay(Date.UTC(Number(from.slice(0, 4)), Number(from.slice(5, 7)), 0));
  if (from.slice(0, 7) === to.slice(0, 7) && (from !== month || to !== monthEnd)) return { from: month, to: monthEnd };
  const year = { from: `${from.slice(0, 4)}-01-01`, to: `${to.slice(0, 4)}-12-31` };
  return from === year.from && to === year.to ? undefined : year;
}

/** The range of the same kind before (−1) or after (1): whole years and months stay whole. */
export function moveRange(from: string, to: string, step: -1 | 1): { from: string; to: string } {
  const [start, end] = [new Date(`${from}T00:00:00Z`), new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS)];
  if (start.getUTCDate() === 1 && end.getUTCDate() === 1) {
    const months = (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth();
    start.setUTCMonth(start.getUTCMonth() + step * months);
    end.setUTCMonth(end.getUTCMonth() + step * months);
  } else {
    const lengthMs = end.getTime() - start.getTime();
    start.setTime(start.getTime() + step * lengthMs);
    end.setTime(end.getTime() + step * lengthMs);
  }
  return { from: toIsoDay(start.getTime()), to: toIsoDay(end.getTime() - DAY_MS) };
}

const FIRST_DAY_MS = Date.parse("0000-01-01T00:00:00Z");
const LAST_DAY_MS = Date.parse("9999-12-31T00:00:00Z");

/** Days stay within the years that a parameter can say. */
const toIsoDay = (atMs: number): string =>
  new Date(Math.min(LAST_DAY_MS, Math.max(FIRST_DAY_MS, atMs))).toISOString().slice(0, 10);
