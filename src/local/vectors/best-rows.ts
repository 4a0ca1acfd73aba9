import type { NearestRow } from "../read/snapshot.ts";

/** Keeps the best `limit` rows of those offered: by similarity, then by row. A heap with the worst on top. */
export class BestRows {
  readonly #limit: number;
  readonly #heap: NearestRow[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(row: number, similarity: number): void {
    const heap = this.#heap;
    const worst = heap[0];
    if (heap.length < this.#limit) {
      heap.push({ row, similarity });
      this.#rise(heap.length - 1);
    } else if (worst !== undefined && isWorse(worst, row, similarity)) {
      heap[0] = { row, similarity };
      this.#sink();
    }
  }

  /** Best first. */
  toSorted(): NearestRow[] {
    return this.#heap.toSorted((a, b) => b.similarity - a.similarity || a.row - b.row);
  }

  #rise(index: number): void {
    const heap = this.#heap;
    const item = heap[index] as NearestRow;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as NearestRow;
      if (!isWorse(item, parent.row, parent.similarity)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = item;
  }

  #sink(): void {
    const heap = this.#heap;
    const item = heap[0] as NearestRow;
    let index = 0;
    while (true) {
      let childIndex = index * 2 + 1;
      let child = heap[childIndex];
      if (child === undefined) break;
      const right = heap[childIndex + 1];
      if (right !== undefined && isWorse(right, child.row, child.similarity)) {
        child = right;
        childIndex++;
      }
      if (!isWorse(child, item.row, item.similarity)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = item;
  }
}

/** Whether `a` comes after the row with the given similarity. */
const isWorse = (a: NearestRow, row: number, similarity: number): boolean =>
  a.similarity < similarity || (a.similarity === similarity && a.row > row);
