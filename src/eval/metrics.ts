/**
 * Ranking metrics as trec_eval defines them (https://github.com/usnistgov/trec_eval): `ndcg_cut`, `recip_rank` of the first
 * ranks, `recall`. Gains are the grades themselves, discounts log2(rank + 1); a document is relevant from grade 1 on, and one
 * without a judgement is not. Each takes one query's ranking (ids, best first, distinct) and its grades by id.
 */
export type Grades = ReadonlyMap<string, number>;

const RELEVANT_FROM = 1;

const gainOf = (grade: number | undefined): number => (grade === undefined || grade < RELEVANT_FROM ? 0 : grade);

const discountAt = (index: number): number => 1 / Math.log2(index + 2);

/** Normalised discounted cumulative gain of the first `depth`, 0–1; 0 where nothing is relevant. */
export function ndcgAt(depth: number, ranking: readonly string[], grades: Grades): number {
  let gain = 0;
  for (const [index, id] of ranking.slice(0, depth).entries()) gain += gainOf(grades.get(id)) * discountAt(index);
  const best = [...grades.values()].map(gainOf).sort((a, b) => b - a);
  let ideal = 0;
  for (const [index, grade] of best.slice(0, depth).entries()) ideal += grade * discountAt(index);
  return ideal === 0 ? 0 : gain / ideal;
}

/** 1 / the rank of the first relevant document among the first `depth`, or 0. */
export function reciprocalRankAt(depth: number, ranking: readonly string[], grades: Grades): number {
  const index = ranking.slice(0, depth).findIndex((id) => gainOf(grades.get(id)) > 0);
  return index < 0 ? 0 : 1 / (index + 1);
}

/** The share of the relevant documents that are among the first `depth`, 0–1; 0 where nothing is relevant. */
export function recallAt(depth: number, ranking: readonly string[], grades: Grades): number {
  let relevant = 0;
  for (const grade of grades.values()) if (gainOf(grade) > 0) relevant++;
  const found = ranking.slice(0, depth).filter((id) => gainOf(grades.get(id)) > 0).length;
  return relevant === 0 ? 0 : found / relevant;
}

/** True where at least one document is relevant: only such queries can be judged. */
export const isJudged = (grades: Grades): boolean => [...grades.values()].some((grade) => gainOf(grade) > 0);

/** How many of a ranking the metrics read. */
export const RANKING_DEPTH = 100;

export const METRICS = {
  "ndcg@10": (ranking: readonly string[], grades: Grades) => ndcgAt(10, ranking, grades),
  "mrr@10": (ranking: readonly string[], grades: Grades) => reciprocalRankAt(10, ranking, grades),
  "recall@10": (ranking: readonly string[], grades: Grades) => recallAt(10, ranking, grades),
  "recall@100": (ranking: readonly string[], grades: Grades) => recallAt(100, ranking, grades),
} as const;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
