/** Candidates of several segments together: which of them are among the best of all. */
import type { CandidatePool, NearestOptions, ScoredRows } from "../read/snapshot.ts";

/** Candidates whose vectors are read: so many, and one more for each result. */
const MIN_CANDIDATES = 1000;

/** Rows of all segments that the codes are to choose for a search. */
export const wantedCandidates = ({ candidates, limit }: Pick<NearestOptions, "candidates" | "limit">): number =>
  candidates ?? MIN_CANDIDATES + limit;

/** Counts candidates by their scores. */
export function addToPool(counts: Uint32Array, scores: Uint32Array): void {
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index] as number;
    counts[score] = (counts[score] as number) + 1;
  }
}

/** The rows that are still among the best `wanted` of all segments. */
export function keepPooled(
  { rows, scores }: ScoredRows,
  { counts = new Uint32Array() }: CandidatePool,
  wanted: number,
): Uint32Array {
  const lowest = lowestOfBest(counts, wanted);
  const kept = new Uint32Array(rows.length);
  let count = 0;
  for (let index = 0; index < rows.length; index++)
    if ((scores[index] as number) >= lowest) kept[count++] = rows[index] as number;
  return kept.subarray(0, count);
}

/**
 * Makes of the candidates of segments that were scanned on their own, or in another order, with {@link CandidatePool.keepsTies}, what scanning one
 * after the other would have found: of those that score as much as the worst of the best, the ones of segments that come before there are enough.
 * @returns candidates of each segment, and their pool
 */
export function poolInOrder(
  found: readonly (ScoredRows | undefined)[],
  wanted: number,
): { readonly candidates: (ScoredRows | undefined)[]; readonly pool: CandidatePool } {
  const scores = 1 + found.reduce((most, one) => one?.scores.reduce((a, b) => Math.max(a, b), most) ?? most, 0);
  const all = new Uint32Array(scores);
  for (const one of found) if (one !== undefined) addToPool(all, one.scores);
  const lowest = lowestOfBest(all, wanted);
  const counts = new Uint32Array(scores);
  let better = 0;
  const candidates = found.map((one) => {
    const kept = one === undefined || better < wanted ? one : above(one, lowest);
    if (kept === undefined) return undefined;
    addToPool(counts, kept.scores);
    for (const score of kept.scores) if (score >= lowest) better++;
    return kept;
  });
  return { candidates, pool: { counts } };
}

/** Those that score more. */
function above({ rows, scores }: ScoredRows, lowest: number): ScoredRows {
  const isAbove = (_: number, index: number): boolean => (scores[index] as number) > lowest;
  return { rows: rows.filter(isAbove), scores: scores.filter(isAbove) };
}

/** The lowest score among the best `wanted`, −1 when there are fewer. */
export function lowestOfBest(counts: Uint32Array, wanted: number): number {
  let score = counts.length;
  for (let count = 0; count < wanted && score >= 0; ) count += counts[--score] ?? 0;
  return score;
}
