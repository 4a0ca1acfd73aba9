import type { JudgedSet } from "../eval/beir.ts";
import { compareRuns } from "../eval/compare-runs.ts";
import type { Evaluation } from "../eval/evaluate.ts";
import { METRIC_NAMES, type MetricName } from "../eval/metrics.ts";
import type { Run } from "../eval/run-file.ts";
import { toTable } from "./table.ts";

export interface EvalReport {
  readonly set: JudgedSet;
  readonly encoderName: string;
  readonly encoderFingerprint: string;
  readonly evaluation: Evaluation;
}

/** The metric by which modes and runs are compared. */
export const COMPARED: MetricName = "ndcg@10";

/** Queries that are named as those that moved most. */
export const MOVED_QUERIES = 10;

/** The wire form: the means by mode as documented, and what else is known beside them. */
export function toEvalJson(
  { set, encoderName, encoderFingerprint, evaluation }: EvalReport,
  compared?: { readonly earlier: Run; readonly now: Run },
): object {
  const ofEachMode = <T>(pick: (scores: { mean: number; low: number; high: number }) => T): object =>
    Object.fromEntries(
      Object.entries(evaluation.modes).map(([mode, scores]) => [
        mode,
        Object.fromEntries(METRIC_NAMES.map((name) => [name, pick(scores[name])])),
      ]),
    );
  return {
    encoder: encoderFingerprint,
    encoderName,
    ...(evaluation.reranking === undefined ? {} : { reranking: evaluation.reranking }),
    documents: set.documents.length,
    queries: evaluation.queryCount,
    queriesWithoutRelevant: evaluation.withoutRelevantCount,
    queriesWithoutJudgement: set.unjudgedQueryCount,
    modes: ofEachMode(({ mean }) => mean),
    intervals: ofEachMode(({ low, high }) => [low, high]),
    "judged@10": evaluation.judged,
    comparisons: evaluation.comparisons,
    ...(compared === undefined
      ? {}
      : { against: compareRuns(compared.earlier, compared.now, { metric: COMPARED, movedCount: MOVED_QUERIES }) }),
  };
}

export function toEvalText({ set, encoderName, encoderFingerprint, evaluation }: EvalReport): string {
  const { queryCount, withoutRelevantCount, reranking } = evaluation;
  const leftOut = [
    withoutRelevantCount > 0 ? `${withoutRelevantCount} without a relevant document` : "",
    set.unjudgedQueryCount > 0 ? `${set.unjudgedQueryCount} without a judgement` : "",
  ].filter((part) => part !== "");
  const head =
    `${set.documents.length} documents, ${queryCount} queries` +
    `${leftOut.length > 0 ? ` (left out: ${leftOut.join(", ")})` : ""}, encoder ${encoderName} (${encoderFingerprint})`;
  const read =
    reranking === undefined
      ? ""
      : `\nre-ranked by ${reranking.by}: ${reranking.read.toFixed(1)} of ${reranking.of.toFixed(1)} hits read in time`;
  const scores = toTable(
    ["mode", ...METRIC_NAMES, "judged@10"],
    Object.entries(evaluation.modes).map(([mode, ofMode]) => [
      mode,
      ...METRIC_NAMES.map((name) => {
        const { mean, low, high } = ofMode[name];
        return `${mean.toFixed(3)} [${low.toFixed(3)}–${high.toFixed(3)}]`;
      }),
      (evaluation.judged[mode as keyof typeof evaluation.judged] ?? 0).toFixed(3),
    ]),
  );
  const tests = evaluation.comparisons
    .filter(({ metric }) => metric === COMPARED)
    .map(
      ({ mode, against, difference, p }) =>
        `${COMPARED}: ${mode} against ${against} ${toSigned(difference)}, ${toP(p)}\n`,
    );
  return `${head}${read}\n\n${scores}${tests.length > 0 ? `\n${tests.join("")}` : ""}`;
}

export const toP = (p: number): string => (p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`);

export const toSigned = (difference: number): string =>
  `${difference < 0 ? "−" : "+"}${Math.abs(difference).toFixed(3)}`;
