import { PLAIN_REQUEST, SEARCH_MODES, type SearchMode } from "../archive/request.ts";
import type { Reranking } from "../archive/result.ts";
import type { SearchService } from "../search/search.ts";
import type { JudgedQuery } from "./beir.ts";
import { isJudged, METRIC_NAMES, METRICS, type MetricName, RANKING_DEPTH } from "./metrics.ts";
import { describeRanking, judgedShare, type ModeRecord, type QueryRecord } from "./query-record.ts";
import { bootstrapInterval, type Interval, mean, pairedRandomisationP } from "./significance.ts";

/** How well each mode of searching finds what judges found relevant. */
export interface Evaluation {
  /** Queries that were asked: those with at least one relevant document. */
  readonly queryCount: number;
  /** Judged queries for which no document is relevant: every ranking scores 0 there, so they are left out of the means. */
  readonly withoutRelevantCount: number;
  readonly modes: Readonly<Partial<Record<SearchMode, ModeScores>>>;
  /** Share of the first ten found that have a judgement: what was not judged counts as not relevant. */
  readonly judged: Readonly<Partial<Record<SearchMode, number>>>;
  /** What a re-ranker read, on average over the queries; absent without one. */
  readonly reranking?: Reranking | undefined;
  /** Each pair of evaluated modes. */
  readonly comparisons: readonly Comparison[];
  /** Each query that was asked. */
  readonly records: readonly QueryRecord[];
}

/** Means over the queries, with 95 % bootstrap intervals. */
export type ModeScores = Readonly<Record<MetricName, Interval & { readonly mean: number }>>;

export interface Comparison {
  readonly metric: MetricName;
  readonly mode: SearchMode;
  readonly against: SearchMode;
  /** Mean of `mode` less mean of `against`. */
  readonly difference: number;
  /** Two-sided, of a paired randomisation test. */
  readonly p: number;
}

export interface EvaluateOptions {
  readonly modes: readonly SearchMode[];
  readonly signal?: AbortSignal | undefined;
  /** Called after each query of each mode. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Asks every query in every mode. */
export async function evaluate(
  search: SearchService,
  queries: readonly JudgedQuery[],
  { modes, signal, onProgress }: EvaluateOptions,
): Promise<Evaluation> {
  const asked = queries.filter(({ grades }) => isJudged(grades));
  const records = asked.map(({ id, text }) => ({ id, text, modes: new Map<SearchMode, ModeRecord>() }));
  const rerankings: Reranking[] = [];
  let done = 0;
  for (const mode of modes) {
    for (const [index, { id, text, grades }] of asked.entries()) {
      signal?.throwIfAborted();
      const { found, reranking } = await rank(search, text, mode, signal);
      // A query that is itself a document of the corpus bears its id, as in BEIR, and does not find itself.
      const ranking = found.filter((one) => one !== id);
      const scores = scoreRanking((metric) => METRICS[metric](ranking, grades));
      records[index]?.modes.set(mode, { scores, ...describeRanking(ranking, grades) });
      if (reranking !== undefined) rerankings.push(reranking);
      onProgress?.(++done, asked.length * modes.length);
    }
  }
  const of = <T>(value: (mode: SearchMode) => T): Partial<Record<SearchMode, T>> =>
    Object.fromEntries(modes.map((mode) => [mode, value(mode)]));
  const recordsOf = (mode: SearchMode): ModeRecord[] => records.flatMap((record) => record.modes.get(mode) ?? []);
  const scoresOf = (mode: SearchMode, name: MetricName) => recordsOf(mode).map(({ scores }) => scores[name]);
  return {
    queryCount: asked.length,
    withoutRelevantCount: queries.length - asked.length,
    modes: of((mode) => scoreRanking((name) => summarise(scoresOf(mode, name)))),
    judged: of((mode) => mean(recordsOf(mode).flatMap(({ hits }) => judgedShare(hits) ?? []))),
    reranking: summariseReranking(rerankings),
    comparisons: compare(modes, scoresOf),
    records,
  };
}

/** Something for each metric. */
const scoreRanking = <T>(value: (metric: MetricName) => T): Record<MetricName, T> => ({
  "ndcg@10": value("ndcg@10"),
  "mrr@10": value("mrr@10"),
  "recall@10": value("recall@10"),
  "recall@100": value("recall@100"),
});

const summarise = (scores: readonly number[]): Interval & { readonly mean: number } => ({
  mean: mean(scores),
  ...bootstrapInterval(scores),
});

function summariseReranking(rerankings: readonly Reranking[]): Reranking | undefined {
  const [first] = rerankings;
  if (first === undefined) return undefined;
  const meanOf = (key: "read" | "of"): number => mean(rerankings.map((one) => one[key]));
  return { by: first.by, read: meanOf("read"), of: meanOf("of") };
}

/** Ids of the articles found, best first; those folded into a hit as its copies follow it. */
async function rank(
  search: SearchService,
  text: string,
  mode: SearchMode,
  signal: AbortSignal | undefined,
): Promise<{ readonly found: readonly string[]; readonly reranking: Reranking | undefined }> {
  const request = { ...PLAIN_REQUEST, query: withoutOperators(text), mode, limit: RANKING_DEPTH };
  const { hits, reranking } = await search.search(request, signal === undefined ? {} : { signal });
  return { found: hits.flatMap((hit) => [hit.id, ...hit.copies.map(({ id }) => id)]), reranking };
}

/** A judged query is plain text: its quotes and dashes are punctuation, not phrases and exclusions. */
export const withoutOperators = (text: string): string =>
  text.replace(/["“”„‟＂「」『』«»]/gu, " ").replace(/(^|\s)[-－]+/gu, "$1");

function compare(
  evaluated: readonly SearchMode[],
  scoresOf: (mode: SearchMode, name: MetricName) => readonly number[],
): Comparison[] {
  const comparisons: Comparison[] = [];
  const modes = SEARCH_MODES.filter((mode) => evaluated.includes(mode));
  for (const [index, mode] of modes.entries()) {
    for (const against of modes.slice(index + 1)) {
      for (const metric of METRIC_NAMES) {
        const [a, b] = [scoresOf(mode, metric), scoresOf(against, metric)];
        comparisons.push({ metric, mode, against, difference: mean(a) - mean(b), p: pairedRandomisationP(a, b) });
      }
    }
  }
  return comparisons;
}
