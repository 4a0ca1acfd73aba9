import type { ScanKernel } from "./scan-kernel.ts";
import { BLOCK_ROWS, MAX_CANDIDATES, type ScanLayout } from "./scan-layout.ts";
import { maxScore } from "./scan-query.ts";

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
    this.#entries = new Uint32Array(kernel.buffer, layout.candidates, layout.candidateCapacity * 2);
  }

  /**
   * The `wanted` best rows of [from, to), ascending by row; of equal scores the lower rows.
   * @param wanted 1…{@link MAX_CANDIDATES}
   * @param masked whether the allow mask counts
   */
  find(from: number, to: number, wanted: number, masked: boolean): Uint32Array {
    const maxCount = Math.min(this.#capacity, Math.min(wanted, MAX_CANDIDATES) * 4 + BLOCK_ROWS);
    let threshold = -1;
    let count = 0;
    for (let row = from; row < to; ) {
      ({ row, count } = this.#kernel.scan({ from: row, to, masked, threshold, count, maxCount }));
      if (count > wanted) {
        threshold = this.#keepBest(count, wanted);
        count = wanted;
      }
    }
    const rows = new Uint32Array(count);
    for (let index = 0; index < count; index++) rows[index] = this.#entries[index * 2 + 1] as number;
    return rows;
  }

  /** Keeps `wanted` of the `count` entries, in their order; returns the lowest score kept. */
  #keepBest(count: number, wanted: number): number {
    const entries = this.#entries;
    const counts = this.#counts.fill(0);
    for (let index = 0; index < count; index++) {
      const score = entries[index * 2] as number;
      counts[score] = (counts[score] as number) + 1;
    }
    let cut = counts.length;
    let above = 0;
    do {
      cut--;
      above += counts[cut] as number;
    } while (above < wanted);
    let ties = wanted - (above - (counts[cut] as number));
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
