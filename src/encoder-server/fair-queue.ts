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
 *
 * Each client has lanes of its own, and clients share the encoder's time in the same way: whoever sends one text waits for one batch of
 * whoever sends thousands. What a batch has room for beside the texts of one client is filled with those of others.
 */

/** A text in the queue. */
export interface Waiting {
  readonly tokenCount: number;
  /** Who asked. Default: all who do not say are one. */
  readonly client?: string | undefined;
}

export interface BatchBudget {
  /** Tokens of a batch, padding included. A text that is longer goes alone. */
  readonly maxTokens: number;
  /** Texts × longest², which is what attention costs in memory. A text that is over it goes alone. */
  readonly maxSquares: number;
}

/** Who takes part in sharing: a client, or one of its lanes. */
interface Share {
  /** Tokens, padding included, that were encoded for it, on the common clock. */
  served: number;
}

interface Lane<T> extends Share {
  items: T[];
}

interface Client<T> extends Share {
  readonly lanes: Map<number, Lane<T>>;
  /** What the lane served last had been given before: the clock of its lanes. One that wakes up starts here. */
  clock: number;
  /** Texts that wait. */
  size: number;
}

const SHORTEST_LANE = 32;
const LANE_RATIO = Math.SQRT2;

/** From so many clients on, those that wait for nothing are forgotten. */
const MAX_CLIENTS = 1000;

export class FairQueue<T extends Waiting> {
  readonly #budget: BatchBudget;
  readonly #clients = new Map<string, Client<T>>();
  /** What the client served last had been given before: the clock of clients. */
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

  /** Clients that are remembered. */
  get clientCount(): number {
    return this.#clients.size;
  }

  push(item: T): void {
    const client = this.#clientOf(item);
    if (client.size === 0) client.served = Math.max(client.served, this.#clock);
    const key = laneOf(item.tokenCount);
    let lane = client.lanes.get(key);
    if (lane === undefined) {
      lane = { items: [], served: 0 };
      client.lanes.set(key, lane);
    }
    if (lane.items.length === 0) lane.served = Math.max(lane.served, client.clock);
    lane.items.push(item);
    client.size++;
    this.#size++;
    this.#tokenCount += item.tokenCount;
  }

  /** Takes texts of one client out: how many of them still waited. */
  remove(items: readonly T[]): number {
    const client = this.#clients.get(items[0]?.client ?? "");
    if (client === undefined) return 0;
    const leaving = new Set(items);
    let removed = 0;
    for (const key of new Set(items.map(({ tokenCount }) => laneOf(tokenCount)))) {
      const lane = client.lanes.get(key);
      if (lane === undefined) continue;
      const staying = lane.items.filter((item) => {
        if (!leaving.has(item)) return true;
        this.#tokenCount -= item.tokenCount;
        removed++;
        return false;
      });
      lane.items = staying;
    }
    client.size -= removed;
    this.#size -= removed;
    return removed;
  }

  /** Takes the next batch: texts of one length, those of the client whose turn it is first; longest first within the batch. Empty when nothing waits. */
  takeBatch(): T[] {
    const waiting = [...this.#clients.values()].filter(({ size }) => size > 0).sort((a, b) => a.served - b.served);
    const [first] = waiting;
    const next = first && nextLane(first.lanes);
    if (first === undefined || next === undefined) return [];
    this.#clock = first.served;
    first.clock = next.lane.served;
    const batch: T[] = [];
    for (const client of waiting) {
      const lane = client.lanes.get(next.key);
      if (lane !== undefined && !this.#fill(batch, client, lane)) break;
    }
    this.#size -= batch.length;
    for (const { tokenCount } of batch) this.#tokenCount -= tokenCount;
    return batch.sort((a, b) => b.tokenCount - a.tokenCount);
  }

  /** Takes what fits of a lane, oldest first; false where something did not fit. */
  #fill(batch: T[], client: Client<T>, lane: Lane<T>): boolean {
    const { maxTokens, maxSquares } = this.#budget;
    let longest = batch.reduce((most, { tokenCount }) => Math.max(most, tokenCount), 0);
    let taken = 0;
    for (const item of lane.items) {
      const length = Math.max(longest, item.tokenCount);
      const count = batch.length + 1;
      if (batch.length > 0 && (count * length > maxTokens || count * length * length > maxSquares)) break;
      longest = length;
      batch.push(item);
      taken++;
    }
    const isWhole = taken === lane.items.length;
    lane.items.splice(0, taken);
    lane.served += taken * longest;
    client.served += taken * longest;
    client.size -= taken;
    return isWhole;
  }

  #clientOf({ client: name = "" }: T): Client<T> {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    if (this.#clients.size >= MAX_CLIENTS)
      for (const [other, { size }] of this.#clients) if (size === 0) this.#clients.delete(other);
    const client: Client<T> = { lanes: new Map(), served: 0, clock: 0, size: 0 };
    this.#clients.set(name, client);
    return client;
  }
}

function nextLane<T>(
  lanes: ReadonlyMap<number, Lane<T>>,
): { readonly key: number; readonly lane: Lane<T> } | undefined {
  let next: { readonly key: number; readonly lane: Lane<T> } | undefined;
  for (const [key, lane] of lanes)
    if (lane.items.length > 0 && (next === undefined || lane.served < next.lane.served)) next = { key, lane };
  return next;
}

function laneOf(tokenCount: number): number {
  return tokenCount <= SHORTEST_LANE ? 0 : Math.ceil(Math.log(tokenCount / SHORTEST_LANE) / Math.log(LANE_RATIO));
}
