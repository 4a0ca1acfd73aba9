import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { SEARCH_MODES, type SearchMode } from "../archive/request.ts";
import { type CompareOptions, compareRuns, type RunComparison } from "../eval/compare-runs.ts";
import { METRIC_NAMES, type MetricName } from "../eval/metrics.ts";
import { loadRun, type Run } from "../eval/run-file.ts";
import type { CliContext } from "./context.ts";
import { COMPARED, MOVED_QUERIES, toP, toSigned } from "./eval-report.ts";
import { toPrintable } from "./printable.ts";
import { toTable } from "./table.ts";

interface Flags {
  readonly mode?: SearchMode;
  readonly metric: MetricName;
  readonly json?: true;
}

export function registerEvalCompare(parent: Command, context: CliContext): void {
  parent
    .command("compare")
    .argument("<A>", "A run: a file that `wenxun eval DIR --per-query FILE` wrote.")
    .argument("<B>", "Another run of the same queries.")
    .summary("compare two runs of wenxun eval")
    .description(
      "Compares two runs query by query: means, a 95 % bootstrap interval of the difference, a paired randomisation test,\n" +
        "and the queries that moved most.",
    )
    .addOption(new Option("--mode <MODE>", "One mode alone. (default: each that both hold)").choices(SEARCH_MODES))
    .addOption(new Option("--metric <METRIC>", "What to compare.").choices(METRIC_NAMES).default(COMPARED))
    .option("--json", "Write JSON.")
    .action(async (a: string, b: string, { mode, metric, json }: Flags, command: Command) => {
      // A flag that the parent has too goes to whichever was asked first.
      const isJson = json === true || command.optsWithGlobals<Flags>().json === true;
      const [first, second] = [
        await loadRun(resolve(context.workingFolder, a)),
        await loadRun(resolve(context.workingFolder, b)),
      ];
      const options = { mode, metric };
      context.stdout.write(
        isJson
          ? `${JSON.stringify(compareRuns(first, second, { ...options, movedCount: MOVED_QUERIES }), undefined, 2)}\n`
          : toComparisonText(first, second, options),
      );
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
