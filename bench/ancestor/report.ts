import type { Percentiles } from "../million/statistics.ts";
import type { WayFigures } from "./measure.ts";
import type { TreeMemory } from "./processes.ts";

/** As a Markdown table, one column for each way. */
export function toTable(ways: readonly WayFigures[], people: number): string {
  const row = (name: string, cell: (figures: WayFigures) => string): string =>
    `| ${[name, ...ways.map(cell)].join(" | ")} |`;
  return [
    row("", ({ title }) => title),
    `|${"---|".repeat(ways.length + 1)}`,
    row("opening the page to results, the first time after the start, ms", ({ firstEverMs }) => firstEverMs.toFixed(0)),
    row("opening the page to results, later, p50, ms", ({ opened }) => opened.p50.toFixed(0)),
    row("Enter to results, all dates, p50 / p95 ms", ({ allDates }) => toText(allDates)),
    row("Enter to results, within a year, p50 / p95 ms", ({ year }) => toText(year)),
    row("of these, the search in the server, p50 / p95 ms", ({ search }) => toText(search)),
    row("processor time of the server for one of these, ms", ({ processorMs }) => processorMs.toFixed(0)),
    row(`${people} people at once, p50 / p95 ms`, ({ together }) => toText(together)),
    row(`${people} people at once, results a second`, ({ perSecond }) => perSecond.toFixed(1)),
    row("memory when idle, PSS (RSS), MB", ({ idle }) => toMegabytes(idle)),
    row("memory at most, PSS (RSS), MB", ({ most }) => toMegabytes(most)),
  ].join("\n");
}

const toText = ({ p50, p95 }: Percentiles): string => `${p50.toFixed(0)} / ${p95.toFixed(0)}`;

const toMegabytes = ({ pss, rss }: TreeMemory): string => `${pss.toFixed(0)} (${rss.toFixed(0)})`;
