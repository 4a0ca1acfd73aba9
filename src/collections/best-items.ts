/** Negative when `a` comes before `b`, positive when after; never 0 for two different items, so that every order is total. */
export type Compare<T> = (a: T, b: T) => number;

/** Keeps the best `limit` of the items that are offered: a binary heap with the worst of them on top. */
export class BestItems<T> {
  readonly #limit: number;
  readonly #compare: Compare<T>;
  readonly #heap: T[] = [];

  constructor(limit: number, compare: Compare<T>) {
    this.#limit = limit;
    this.#compare = compare;
  }

  /** The worst that is kept, once there are as many as may be: what comes after it need not be offered. */
  get worst(): T | undefined {
    return this.#heap.length < this.#limit ? undefined : this.#heap[0];
  }

  offer(item: T): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push(item);
      this.#rise(heap.length - 1);
    } else if (this.#limit > 0 && this.#compare(item, heap[0] as T) < 0) {
      heap[0] = item;
      this.#sink();
    }
  }

  /** The best, best first. */
  toSorted(): T[] {
    return this.#heap.toSorted(this.#compare);
  }

  /** Lets the item at an index take the place of better ones above it. */
  #rise(index: number): void {
    const heap = this.#heap;
    const item = heap[index] as T;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#compare(item, heap[parent] as T) < 0) break;
      heap[index] = heap[parent] as T;
      index = parent;
    }
    heap[index] = item;
  }

  /** Lets the item on top sink below worse ones. */
  #sink(): void {
    const heap = this.#heap;
    const item = heap[0] as T;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#compare(heap[child + 1] as T, heap[child] as T) > 0) child++;
      if (this.#compare(heap[child] as T, item) < 0) break;
      heap[index] = heap[child] as T;
      index = child;
    }
    heap[index] = item;
  }
}
