import { BestItems } from "../../collections/best-items.ts";
import type { NearestRow } from "../read/snapshot.ts";

/** Keeps the best `limit` rows of those offered: by similarity, then by row. */
export class BestRows {
  readonly #best: BestItems<NearestRow>;

  constructor(limit: number) {
    this.#best = new BestItems(limit, compareNearness);
  }

  offer(row: number, similarity: number): void {
    const { worst } = this.#best;
    // Most rows are not among the best, so no objects are made for them.
    if (worst !== undefined && (similarity < worst.similarity || (similarity === worst.similarity && row > worst.row)))
      return;
    this.#best.offer({ row, similarity });
  }

  /** Best first. */
  toSorted(): NearestRow[] {
    return this.#best.toSorted();
  }
}

const compareNearness = (a: NearestRow, b: NearestRow): number => b.similarity - a.similarity || a.row - b.row;
