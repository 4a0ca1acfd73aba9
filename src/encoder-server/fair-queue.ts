/**
 * The order in which waiting texts are encoded, and with whom.
 *
 * Texts wait in lanes by length, each lane 1.41 times as long as the one before, so that a batch pads little. Lanes share
 * the encoder's time fairly: the lane that has had least goes next, however many wait in the others. A short text therefore
 * waits for the batch that runs and for its own kind, never for a backlog of long ones; and a long one always gets its turn.
 *
 *     lane ≤ 32   ▪▪▪▪▪▪      had 0.2   ◄── next
 *     lane ≤ 46   ▪▪          had 0.9
 *     lane ≤ 512  ▪▪▪▪▪▪▪▪▪   had 0.4
 */

/** A text in the queue. */
export interface Waiting {
  readonly tokenCount: number;
}

export interface BatchBudget {
  /** Tokens of a batch, padding included. A text that is longer goes alone. */
  readonly maxTokens: number;
  /** Texts × longest², which is what attention costs in memory. A text that is over it goes alone. */
  readonly maxSquares: number;
}

interface Lane<T> {
  readonly items: T[];
  /** Tokens, padding included, that were encoded for it, on the common clock. */
  served: number;
}

const SHORTEST_LANE = 32;
const LANE_RATIO = Math.SQRT2;

export class FairQueue<T extends Waiting> {
  readonly #budget: BatchBudget;
  readonly #lanes = new Map<number, Lane<T>>();
  /** What the lane served last had been given before: the common clock. A lane that wakes up starts here. */
  #clock = 0;
  #size = 0;
  #tokenCount = 0;

  constructor(budget: BatchBudget) {
    this.#budget = budget;
  }

  /** Texts that wait. */
  get size(): number {
    return this.#size;
  }

  /** Tokens that wait. */
  get tokenCount(): number {
    return this.#tokenCount;
  }

  push(item: T): void {
    const key = laneOf(item.tokenCount);
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { items: [], served: 0 };
      this.#lanes.set(key, lane);
    }
    if (lane.items.length === 0) lane.served = Math.max(lane.served, this.#clock);
    lane.items.push(item);
    this.#size++;
    this.#tokenCount += item.tokenCount;
  }

  /** Takes a text out; false when it is not waiting any more. */
  remove(item: T): boolean {
    const lane = this.#lanes.get(laneOf(item.tokenCount));
    const index = lane?.items.indexOf(item) ?? -1;
    if (lane === undefined || index < 0) return false;
    lane.items.splice(index, 1);
    this.#size--;
    this.#tokenCount -= item.tokenCount;
    return true;
  }

  /** Takes the next batch: texts of one lane, oldest first, longest first within the batch. Empty when nothing waits. */
  takeBatch(): T[] {
    const lane = this.#nextLane();
    if (lane === undefined) return [];
    let longest = 0;
    let count = 0;
    for (const item of lane.items) {
      const length = Math.max(longest, item.tokenCount);
      const isOver =
        (count + 1) * length > this.#budget.maxTokens || (count + 1) * length * length > this.#budget.maxSquares;
      if (count > 0 && isOver) break;
      longest = length;
      count++;
    }
    const batch = lane.items.splice(0, count).sort((a, b) => b.tokenCount - a.tokenCount);
    this.#clock = lane.served;
    lane.served += count * longest;
    this.#size -= count;
    for (const item of batch) this.#tokenCount -= item.tokenCount;
    return batch;
  }

  #nextLane(): Lane<T> | undefined {
    let next: Lane<T> | undefined;
    for (const lane of this.#lanes.values()) {
      if (lane.items.length > 0 && (next === undefined || lane.served < next.served)) next = lane;
    }
    return next;
  }
}

function laneOf(tokenCount: number): number {
  return tokenCount <= SHORTEST_LANE ? 0 : Math.ceil(Math.log(tokenCount / SHORTEST_LANE) / Math.log(LANE_RATIO));
}
