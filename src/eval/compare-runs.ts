import { SEARCH_MODES, type SearchMode } from "../archive/request.ts";
import { AppError } from "../errors.ts";
import type { MetricName } from "./metrics.ts";
import type { Run } from "./run-file.ts";
import { bootstrapInterval, type Interval, mean, pairedRandomisationP } from "./significance.ts";

/** Two runs of the same queries in one mode. */
export interface RunComparison {
  readonly mode: SearchMode;
  readonly metric: MetricName;
  /** Mean of the first run and of the second, over the queries that both asked. */
  readonly means: readonly [first: number, second: number];
  /** Second less first, with a 95 % bootstrap interval over the queries. */
  readonly difference: number;
  readonly interval: Interval;
  /** Two-sided, of a paired randomisation test. */
  readonly p: number;
  readonly better: number;
  readonly worse: number;
  readonly equal: number;
  /** The queries whose scores differ most, the greatest loss or gain first. */
  readonly moved: readonly MovedQuery[];
}

export interface MovedQuery {
  readonly id: string;
  readonly text: string;
  readonly scores: readonly [first: number, second: number];
}

export interface ComparedRuns {
  /** Queries that both runs asked. */
  readonly queryCount: number;
  /** Queries that only one of them asked, left out. */
  readonly leftOut: number;
  readonly comparisons: readonly RunComparison[];
}

export interface CompareOptions {
  readonly metric: MetricName;
  /** Default: every mode that both runs hold. */
  readonly mode?: SearchMode | undefined;
  /** Queries that are named for each mode. */
  readonly movedCount: number;
}

/** @throws AppError `bad-input` for runs that have no query, or no mode, in common. */
export function compareRuns(first: Run, second: Run, { metric, mode, movedCount }: CompareOptions): ComparedRuns {
  const shared = [...first.queries].flatMap(([id, a]) => {
    const b = second.queries.get(id);
    return b === undefined ? [] : [{ id, text: a.text, a, b }];
  });
  const names = `${first.path} and ${second.path}`;
  if (shared.length === 0) throw new AppError("bad-input", `${names} have no query in common.`);
  const wanted = mode === undefined ? SEARCH_MODES : [mode];
  const modes = wanted.filter((one) => shared.every(({ a, b }) => a.scores.has(one) && b.scores.has(one)));
  if (modes.length === 0)
    throw new AppError(
      "bad-input",
      `${names} have ${mode === undefined ? "no mode" : `not the mode ${mode}`} in common.`,
    );
  const comparisons = modes.map((one): RunComparison => {
    const rows = shared.map(({ id, text, a, b }): MovedQuery => {
      const scoreOf = (query: typeof a): number => query.scores.get(one)?.[metric] ?? 0;
      return { id, text, scores: [scoreOf(a), scoreOf(b)] };
    });
    const differences = rows.map(({ scores: [before, after] }) => after - before);
    const [before, after] = [rows.map(({ scores }) => scores[0]), rows.map(({ scores }) => scores[1])];
    return {
      mode: one,
      metric,
      means: [mean(before), mean(after)],
      difference: mean(differences),
      interval: bootstrapInterval(differences),
      p: pairedRandomisationP(after, before),
      better: differences.filter((difference) => difference > 0).length,
      worse: differences.filter((difference) => difference < 0).length,
      equal: differences.filter((difference) => difference === 0).length,
      moved: rows
        .filter(({ scores: [a, b] }) => a !== b)
        .sort((x, y) => Math.abs(y.scores[1] - y.scores[0]) - Math.abs(x.scores[1] - x.scores[0]))
        .slice(0, movedCount),
    };
  });
  const leftOut = first.queries.size + second.queries.size - 2 * shared.length;
  return { queryCount: shared.length, leftOut, comparisons };
}
