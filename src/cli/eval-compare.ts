import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { SEARCH_MODES, type SearchMode } from "../archive/request.ts";
import { type CompareOptions, compareRuns, type RunComparison } from "../eval/compare-runs.ts";
import { METRIC_NAMES, type MetricName } from "../eval/metrics.ts";
import { loadRun, type Run } from "../eval/run-file.ts";
import type { CliContext } from "./context.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { COMPARED, MOVED_QUERIES, toP, toSigned } from "./eval-report.ts";
import { toPrintable } from "./printable.ts";
import { toTable } from "./table.ts";

interface Flags extends DataFlags {
  readonly mode?: SearchMode;
  readonly metric: MetricName;
}

export function registerEvalCompare(parent: Command, context: CliContext): void {
  const command = parent
    .command("compare")
    .argument("<A>", "A run: a file that `wenxun eval DIR --per-query FILE` wrote.")
    .argument("<B>", "Another run of the same queries.")
    .summary("compare two runs of wenxun eval")
    .description(
      "Compares two runs query by query: means, a 95 % bootstrap interval of the difference, a paired randomisation test,\n" +
        "and the queries that moved most.",
    )
    .addOption(new Option("--mode <MODE>", "One mode alone. (default: each that both hold)").choices(SEARCH_MODES))
    .addOption(new Option("--metric <METRIC>", "What to compare.").choices(METRIC_NAMES).default(COMPARED));
  addDataFlags(command, "mode");
  command.action(async (a: string, b: string, flags: Flags) => {
    const { mode, metric } = flags;
    const [first, second] = [
      await loadRun(resolve(context.workingFolder, a)),
      await loadRun(resolve(context.workingFolder, b)),
    ];
    const options = { mode, metric };
    const report = compareRuns(first, second, { ...options, movedCount: MOVED_QUERIES });
    if (!writeData(flags, context, report, report.comparisons))
      context.stdout.write(toComparisonText(first, second, options));
  });
}

export function toComparisonText(
  first: Run,
  second: Run,
  { mode, metric = COMPARED }: Partial<CompareOptions> = {},
): string {
  const { queryCount, leftOut, comparisons } = compareRuns(first, second, { mode, metric, movedCount: MOVED_QUERIES });
  const left = leftOut === 0 ? "" : ` (left out: ${leftOut} that only one of them asked)`;
  const head = `A ${first.path}\nB ${second.path}\n${queryCount} queries in both${left}, ${metric}\n\n`;
  const table = toTable(
    ["mode", "A", "B", "B − A", "95 %", "p", "better", "worse", "equal"],
    comparisons.map(({ mode, means, difference, interval, p, better, worse, equal }) => [
      mode,
      means[0].toFixed(3),
      means[1].toFixed(3),
      toSigned(difference),
      `[${toSigned(interval.low)}, ${toSigned(interval.high)}]`,
      toP(p).replace(/^p (?:= )?/, ""),
      String(better),
      String(worse),
      String(equal),
    ]),
  );
  return `${head}${table}${comparisons.map(toMovedText).join("")}`;
}

function toMovedText({ mode, moved }: RunComparison): string {
  if (moved.length === 0) return "";
  const rows = moved.map(({ id, text, scores: [before, after] }) => [
    toSigned(after - before),
    `${before.toFixed(3)} → ${after.toFixed(3)}`,
    toPrintable(id),
    toPrintable(text),
  ]);
  return `\nMoved most, ${mode}:\n${toTable(["", "A → B", "query", ""], rows)}`;
}
