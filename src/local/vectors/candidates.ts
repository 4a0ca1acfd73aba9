import type { CandidatePool } from "../read/snapshot.ts";
import type { ScanKernel } from "./scan-kernel.ts";
import { BLOCK_ROWS, type ScanLayout } from "./scan-layout.ts";
import { maxScore } from "./scan-query.ts";

export interface CandidateSearch {
  /** Rows [from, to). */
  readonly from: number;
  readonly to: number;
  /** 1…MAX_CANDIDATES. */
  readonly wanted: number;
  /** Whether the allow mask counts. */
  readonly masked: boolean;
  /** What earlier segments had for the same query: rows that are not among the best of all so far are not found. */
  readonly pool: CandidatePool;
}

export interface Candidates {
  /** Ascending. */
  readonly rows: Uint32Array;
  readonly scores: Uint32Array;
}

/**
 * Finds the rows whose codes score best. The kernel appends what beats a threshold to a buffer; whenever that is full, only
 * the best are kept and the threshold rises to the worst of them, so that soon hardly anything is appended.
 */
export class CandidateScan {
  readonly #kernel: ScanKernel;
  readonly #capacity: number;
  /** score, row, score, row … */
  readonly #entries: Uint32Array;
  /** How often each score occurs among the entries. */
  readonly #counts: Uint32Array;

  constructor(kernel: ScanKernel, layout: ScanLayout) {
    this.#kernel = kernel;
    this.#capacity = layout.candidateCapacity;
    this.#counts = new Uint32Array(maxScore(layout) + 1);
    this.#entries = new Uint32Array(kernel.scratch, layout.candidates, layout.candidateCapacity * 2);
  }

  /** The best rows of a range, of equal scores the lower ones. */
  find({ from, to, wanted, masked, pool }: CandidateSearch): Candidates {
    const maxCount = Math.min(this.#capacity, wanted * 4 + BLOCK_ROWS);
    pool.counts ??= new Uint32Array(this.#counts.length);
    let threshold = lowestOfBest(pool.counts, wanted);
    let count = 0;
    for (let row = from; row < to; ) {
      ({ row, count } = this.#kernel.scan({ from: row, to, masked, threshold, count, maxCount }));
      if (count > wanted) {
        threshold = this.#keepBest(count, wanted);
        count = wanted;
      }
    }
    const found = { rows: new Uint32Array(count), scores: new Uint32Array(count) };
    for (let index = 0; index < count; index++) {
      const score = this.#entries[index * 2] as number;
      pool.counts[score] = (pool.counts[score] as number) + 1;
      found.scores[index] = score;
      found.rows[index] = this.#entries[index * 2 + 1] as number;
    }
    return found;
  }

  /** Keeps `wanted` of the `count` entries, in their order; returns the lowest score kept. */
  #keepBest(count: number, wanted: number): number {
    const entries = this.#entries;
    const counts = this.#counts.fill(0);
    for (let index = 0; index < count; index++) {
      const score = entries[index * 2] as number;
      counts[score] = (counts[score] as number) + 1;
    }
    const cut = lowestOfBest(counts, wanted);
    let ties = wanted;
    for (let score = cut + 1; score < counts.length; score++) ties -= counts[score] as number;
    let kept = 0;
    for (let index = 0; kept < wanted; index++) {
      const score = entries[index * 2] as number;
      if (score < cut || (score === cut && ties-- <= 0)) continue;
      entries[kept * 2] = score;
      entries[kept * 2 + 1] = entries[index * 2 + 1] as number;
      kept++;
    }
    return cut;
  }
}

/** The rows that are still among the best `wanted` of all segments. */
export function keepPooled(
  { rows, scores }: Candidates,
  { counts = new Uint32Array() }: CandidatePool,
  wanted: number,
): Uint32Array {
  const lowest = lowestOfBest(counts, wanted);
  return rows.filter((_, index) => (scores[index] as number) >= lowest);
}

/** The lowest score among the best `wanted`, −1 when there are fewer. */
function lowestOfBest(counts: Uint32Array, wanted: number): number {
  let score = counts.length;
  for (let count = 0; count < wanted && score >= 0; ) count += counts[--score] ?? 0;
  return score;
}
