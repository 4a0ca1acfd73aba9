import { maxScore } from "../../search/codes/query-tables.ts";
import type { CandidatePool, ScoredRows } from "../read/snapshot.ts";
import { addToPool, lowestOfBest } from "./candidate-pool.ts";
import type { ScanKernel } from "./scan-kernel.ts";
import { BLOCK_ROWS, type ScanLayout } from "./scan-layout.ts";

export interface CandidateSearch {
  /** Rows [from, to). */
  readonly from: number;
  readonly to: number;
  /** 1…MAX_CANDIDATES. */
  readonly wanted: number;
  /** Whether the allow mask counts. */
  readonly masked: boolean;
  /** Rows that score as much are told too, beside the candidates; default: none is. */
  readonly floor?: number | undefined;
  /** What earlier segments had for the same query: rows that are not among the best of all so far are not found. */
  readonly pool: CandidatePool;
}

export interface Candidates extends ScoredRows {
  /** All rows that score at least the floor. */
  readonly above: ScoredRows;
}

/** Entries that are buffered before the kernel stops, where few candidates are wanted. */
const MIN_BUFFERED = 1024;

/** No floor: more than any row scores. */
const NO_FLOOR = 0x7fff_ffff;

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
  find({ from, to, wanted, masked, pool, floor = NO_FLOOR }: CandidateSearch): Candidates {
    const maxCount = Math.min(this.#capacity, Math.max(wanted * 4, MIN_BUFFERED) + BLOCK_ROWS);
    const above = new ScoredRowList();
    let threshold = pool.counts === undefined ? -1 : lowestOfBest(pool.counts, wanted);
    if (pool.keepsTies === true) threshold = Math.max(-1, threshold - 1);
    let count = 0;
    for (let row = from; row < to; ) {
      const known = count;
      // What reaches the floor is told, though it is not among the best.
      const limit = Math.min(threshold, floor - 1);
      ({ row, count } = this.#kernel.scan({ from: row, to, masked, threshold: limit, count, maxCount }));
      for (let index = known; index < count; index++) {
        const score = this.#entries[index * 2] as number;
        if (score >= floor) above.add(this.#entries[index * 2 + 1] as number, score);
      }
      if (count > wanted) {
        threshold = this.#keepBest(count, wanted);
        count = wanted;
      }
    }
    const found = { rows: new Uint32Array(count), scores: new Uint32Array(count), above: above.toScoredRows() };
    for (let index = 0; index < count; index++) {
      found.scores[index] = this.#entries[index * 2] as number;
      found.rows[index] = this.#entries[index * 2 + 1] as number;
    }
    pool.counts ??= new Uint32Array(this.#counts.length);
    addToPool(pool.counts, found.scores);
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

/** A list that grows. */
class ScoredRowList {
  #rows = new Uint32Array(64);
  #scores = new Uint32Array(64);
  #count = 0;

  add(row: number, score: number): void {
    if (this.#count === this.#rows.length) {
      this.#rows = withRoom(this.#rows);
      this.#scores = withRoom(this.#scores);
    }
    this.#rows[this.#count] = row;
    this.#scores[this.#count++] = score;
  }

  toScoredRows(): ScoredRows {
    return { rows: this.#rows.subarray(0, this.#count), scores: this.#scores.subarray(0, this.#count) };
  }
}

function withRoom(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
