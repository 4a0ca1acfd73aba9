import { BestItems } from "../../collections/best-items.ts";
import { compareRanks, type RankedPlace } from "../../search/ranked.ts";

/** Keeps the best `limit` of what is pushed. */
export class TopRows {
  readonly #best: BestItems<RankedPlace>;
  /** What scores lower need not be pushed. */
  floor: number;

  constructor(limit: number) {
    this.#best = new BestItems(limit, compareRanks);
    this.floor = limit === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  push(candidate: RankedPlace): void {
    this.#best.offer(candidate);
    const { worst } = this.#best;
    if (worst !== undefined) this.floor = worst.score;
  }

  /** The best, best first. */
  sorted(): RankedPlace[] {
    return this.#best.toSorted();
  }
}
