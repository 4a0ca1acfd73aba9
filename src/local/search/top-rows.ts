import { compareRanks, type RankedPlace } from "../../search/ranked.ts";

/** Keeps the best `limit` of what is pushed: a binary heap with the worst on top. */
export class TopRows {
  readonly #limit: number;
  readonly #heap: RankedPlace[] = [];
  /** What scores lower need not be pushed. */
  floor = Number.NEGATIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
    if (limit === 0) this.floor = Number.POSITIVE_INFINITY;
  }

  push(candidate: RankedPlace): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push(candidate);
      this.#siftUp(heap.length - 1);
    } else {
      const worst = heap[0];
      if (worst === undefined || compareRanks(candidate, worst) > 0) return;
      heap[0] = candidate;
      this.#siftDown();
    }
    if (heap.length === this.#limit) this.floor = (heap[0] as RankedPlace).score;
  }

  /** The best, best first. */
  sorted(): RankedPlace[] {
    return this.#heap.toSorted(compareRanks);
  }

  #siftUp(index: number): void {
    const heap = this.#heap;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (compareRanks(heap[index] as RankedPlace, heap[parent] as RankedPlace) <= 0) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #siftDown(): void {
    const heap = this.#heap;
    for (let index = 0; ; ) {
      let worst = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && compareRanks(heap[child] as RankedPlace, heap[worst] as RankedPlace) > 0)
          worst = child;
      }
      if (worst === index) return;
      this.#swap(index, worst);
      index = worst;
    }
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a] as RankedPlace;
    this.#heap[a] = this.#heap[b] as RankedPlace;
    this.#heap[b] = held;
  }
}
