/**
 * Where tasks wait, in lanes by kind. The lane that has had least time goes next, however many wait in the others: an article
 * is not kept waiting by a backlog of searches, nor searches by somebody who fetches a thousand articles.
 */
export class FairLanes<T> {
  readonly #lanes = new Map<string, Lane<T>>();
  /** Time that the lane served last had been given before. A lane that wakes up starts here. */
  #clockMs = 0;

  /** Items that wait. */
  get size(): number {
    let size = 0;
    for (const { items } of this.#lanes.values()) size += items.length;
    return size;
  }

  push(key: string, item: T): void {
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { items: [], servedMs: 0 };
      this.#lanes.set(key, lane);
    }
    if (lane.items.length === 0) lane.servedMs = Math.max(lane.servedMs, this.#clockMs);
    lane.items.push(item);
  }

  /** Takes an item out; false when it is not waiting any more. */
  remove(key: string, item: T): boolean {
    const items = this.#lanes.get(key)?.items ?? [];
    const index = items.indexOf(item);
    if (index >= 0) items.splice(index, 1);
    return index >= 0;
  }

  /** Whether an item waits in a lane for which `accepts` is true. */
  has(accepts: (key: string) => boolean): boolean {
    for (const [key, { items }] of this.#lanes) if (items.length > 0 && accepts(key)) return true;
    return false;
  }

  /** The oldest item of the lane whose turn it is; of those for which `accepts` is true. */
  take(accepts: (key: string) => boolean = () => true): T | undefined {
    let next: Lane<T> | undefined;
    for (const [key, lane] of this.#lanes) {
      if (lane.items.length === 0 || !accepts(key)) continue;
      if (next === undefined || lane.servedMs < next.servedMs) next = lane;
    }
    if (next === undefined) return undefined;
    this.#clockMs = next.servedMs;
    return next.items.shift();
  }

  /** Takes the item out that would be taken last, of the longest lane. */
  takeNewest(): T | undefined {
    let longest: Lane<T> | undefined;
    for (const lane of this.#lanes.values()) if (lane.items.length > (longest?.items.length ?? 0)) longest = lane;
    return longest?.items.pop();
  }

  /** Says how long an item of a lane has taken. */
  charge(key: string, elapsedMs: number): void {
    const lane = this.#lanes.get(key);
    if (lane !== undefined) lane.servedMs += elapsedMs;
  }
}

interface Lane<T> {
  readonly items: T[];
  servedMs: number;
}
