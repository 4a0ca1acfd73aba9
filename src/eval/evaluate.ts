import { PLAIN_REQUEST, SEARCH_MODES, type SearchMode } from "../archive/request.ts";
import type { SearchService } from "../search/search.ts";
import type { JudgedQuery } from "./beir.ts";
import { isJudged, METRIC_NAMES, METRICS, type MetricName, RANKING_DEPTH } from "./metrics.ts";
import { bootstrapInterval, type Interval, mean, pairedRandomisationP } from "./significance.ts";

/** How well each mode of searching finds what judges found relevant. */
export interface Evaluation {
  /** Queries that were asked: those with at least one relevant document. */
  readonly queryCount: number;
  /** Judged queries for which no document is relevant: every ranking scores 0 there, so they are left out of the means. */
  readonly withoutRelevantCount: number;
  readonly modes: Readonly<Partial<Record<SearchMode, ModeScores>>>;
  /** Each pair of evaluated modes. */
  readonly comparisons: readonly Comparison[];
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
  const scores = new Map<SearchMode, Record<MetricName, number[]>>();
  let done = 0;
  for (const mode of modes) {
    const ofMode: Record<MetricName, number[]> = { "ndcg@10": [], "mrr@10": [], "recall@10": [], "recall@100": [] };
    for (const { id, text, grades } of asked) {
      signal?.throwIfAborted();
      // A query that is itself a document of the corpus bears its id, as in BEIR, and does not find itself.
      const ranking = (await rank(search, text, mode, signal)).filter((found) => found !== id);
      for (const name of METRIC_NAMES) ofMode[name].push(METRICS[name](ranking, grades));
      onProgress?.(++done, asked.length * modes.length);
    }
    scores.set(mode, ofMode);
  }
  return {
    queryCount: asked.length,
    withoutRelevantCount: queries.length - asked.length,
    modes: Object.fromEntries([...scores].map(([mode, ofMode]) => [mode, summarise(ofMode)])),
    comparisons: compare(scores),
  };
}

/** Ids of the articles found, best first; those folded into a hit as its copies follow it. */
async function rank(
  search: SearchService,
  text: string,
  mode: SearchMode,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const request = { ...PLAIN_REQUEST, query: withoutOperators(text), mode, limit: RANKING_DEPTH };
  const { hits } = await search.search(request, signal === undefined ? {} : { signal });
  return hits.flatMap((hit) => [hit.id, ...hit.copies.map(({ id }) => id)]);
}

/** A judged query is plain text: its quotes and dashes are punctuation, not phrases and exclusions. */
export const withoutOperators = (text: string): string =>
  text.replace(/["“”„‟＂「」『』«»]/gu, " ").replace(/(^|\s)[-－]+/gu, "$1");

function summarise(scores: Readonly<Record<MetricName, readonly number[]>>): ModeScores {
  const of = (name: MetricName) => ({ mean: mean(scores[name]), ...bootstrapInterval(scores[name]) });
  return {
    "ndcg@10": of("ndcg@10"),
    "mrr@10": of("mrr@10"),
    "recall@10": of("recall@10"),
    "recall@100": of("recall@100"),
  };
}

function compare(scores: ReadonlyMap<SearchMode, Readonly<Record<MetricName, readonly number[]>>>): Comparison[] {
  const comparisons: Comparison[] = [];
  const modes = SEARCH_MODES.filter((mode) => scores.has(mode));
  for (const [index, mode] of modes.entries()) {
    for (const against of modes.slice(index + 1)) {
      for (const metric of METRIC_NAMES) {
        const a = scores.get(mode)?.[metric] ?? [];
        const b = scores.get(against)?.[metric] ?? [];
        comparisons.push({ metric, mode, against, difference: mean(a) - mean(b), p: pairedRandomisationP(a, b) });
      }
    }
  }
  return comparisons;
}
