import { FairLanes } from "./fair-lanes.ts";

/** Where a task waits. */
export interface Place {
  /** Who asked. */
  readonly client: string;
  /** What kind of work it is. */
  readonly lane: string;
}

interface Client<T> {
  readonly lanes: FairLanes<T>;
  /** Time that its tasks were given, on the common clock. */
  servedMs: number;
  /** What one of its tasks takes, by lane, the latest counting most. */
  readonly costs: Map<string, number>;
  /** When it last asked or was answered. */
  seenAtMs: number;
}

export interface FairClientsOptions {
  /** Lanes of tasks that take next to nothing: they are light, and no measure of what else is. Default: none. */
  readonly quickLanes?: readonly string[];
  /** Lanes of tasks that nobody waits for at a screen: they are never light while somebody is about who asks for others. Default: none. */
  readonly bulkLanes?: readonly string[];
  /** Reads a clock that only goes forward. */
  readonly nowMs?: () => number;
}

/** A client that has not asked for this long is forgotten, and nothing is kept free for it. */
const FORGOTTEN_AFTER_MS = 10_000;

/** A task is light that takes at most so many times as long as those of the lightest client: who waits for one waits at most so long more. */
const LIGHT_RATIO = 2;

/** Tasks this short are light, whatever others take. */
const LIGHT_MS = 40;

/** Share of the latest task in what a client's tasks are said to take. */
const LATEST = 0.3;

/**
 * Where tasks wait, by who asked for them. The client that has been given least time goes next, however many tasks the others have
 * waiting; those of one client wait in lanes by kind. Beside greedy clients a light one finds a thread soon: one is left to light tasks
 * alone, as long as a client is about who asks for some.
 */
export class FairClients<T> {
  readonly #clients = new Map<string, Client<T>>();
  readonly #quickLanes: ReadonlySet<string>;
  readonly #bulkLanes: ReadonlySet<string>;
  readonly #nowMs: () => number;
  /** Time that the client served last had been given before. One that wakes up starts here. */
  #clockMs = 0;
  /** What a task takes, whoever asks, by lane and of all. */
  readonly #costs = new Map<string, number>();
  #msPerTask = 0;

  constructor({ quickLanes = [], bulkLanes = [], nowMs = () => performance.now() }: FairClientsOptions = {}) {
    this.#quickLanes = new Set(quickLanes);
    this.#bulkLanes = new Set(bulkLanes);
    this.#nowMs = nowMs;
  }

  /** Tasks that wait. */
  get size(): number {
    let size = 0;
    for (const { lanes } of this.#clients.values()) size += lanes.size;
    return size;
  }

  /** Clients that are remembered. */
  get clientCount(): number {
    return this.#clients.size;
  }

  push(task: T, { client: name, lane }: Place): void {
    let client = this.#clients.get(name);
    if (client === undefined) {
      this.#forgetOld();
      client = { lanes: new FairLanes<T>(), servedMs: 0, costs: new Map(), seenAtMs: 0 };
      this.#clients.set(name, client);
    }
    client.seenAtMs = this.#nowMs();
    if (client.lanes.size === 0) client.servedMs = Math.max(client.servedMs, this.#clockMs);
    client.lanes.push(lane, task);
  }

  /** Takes a task out; false when it is not waiting any more. */
  remove(task: T, { client, lane }: Place): boolean {
    return this.#clients.get(client)?.lanes.remove(lane, task) ?? false;
  }

  /** The oldest task of the client whose turn it is; with `isLightOnly`, of the light ones. */
  take({ isLightOnly = false } = {}): T | undefined {
    const mostMs = isLightOnly ? this.#mostLightMs() : Number.POSITIVE_INFINITY;
    const accepts = (client: Client<T>) => (lane: string) => !isLightOnly || this.#isWithin(mostMs, client, lane);
    let next: Client<T> | undefined;
    for (const client of this.#clients.values()) {
      if (next !== undefined && client.servedMs >= next.servedMs) continue;
      if (client.lanes.has(accepts(client))) next = client;
    }
    if (next === undefined) return undefined;
    this.#clockMs = next.servedMs;
    return next.lanes.take(accepts(next));
  }

  /** Whether a task is a light one, as far as can be told now. */
  isLight({ client: name, lane }: Place): boolean {
    const client = this.#clients.get(name);
    return client === undefined || this.#isWithin(this.#mostLightMs(), client, lane);
  }

  /** Takes out the newest task of the client that has most waiting, where that is more than what this client has. */
  makeRoomFor(name: string): T | undefined {
    let [greediest, most]: [Client<T> | undefined, number] = [
      undefined,
      (this.#clients.get(name)?.lanes.size ?? 0) + 1,
    ];
    for (const client of this.#clients.values()) {
      if (client.lanes.size > most) [greediest, most] = [client, client.lanes.size];
    }
    return greediest?.lanes.takeNewest();
  }

  /** Says what a task has taken: best of a core, which does not grow with what others do. */
  charge({ client: name, lane }: Place, elapsedMs: number): void {
    this.#msPerTask += (elapsedMs - this.#msPerTask) * LATEST;
    note(this.#costs, lane, elapsedMs);
    const client = this.#clients.get(name);
    if (client === undefined) return;
    client.seenAtMs = this.#nowMs();
    client.servedMs += elapsedMs;
    note(client.costs, lane, elapsedMs);
    client.lanes.charge(lane, elapsedMs);
  }

  #isWithin(mostMs: number, client: Client<T>, lane: string): boolean {
    if (mostMs === Number.POSITIVE_INFINITY || this.#quickLanes.has(lane)) return true;
    return !this.#bulkLanes.has(lane) && this.#expectedMs(client, lane) <= mostMs;
  }

  /** A client that is new is taken for one like the others. */
  #expectedMs({ costs }: Client<T>, lane: string): number {
    return costs.get(lane) ?? this.#costs.get(lane) ?? this.#msPerTask;
  }

  #mostLightMs(): number {
    const since = this.#nowMs() - FORGOTTEN_AFTER_MS;
    let lightest = Number.POSITIVE_INFINITY;
    for (const client of this.#clients.values()) {
      if (client.seenAtMs < since) continue;
      // One that is new may turn out to be light.
      if (client.costs.size === 0) lightest = Math.min(lightest, this.#msPerTask);
      for (const [lane, ms] of client.costs)
        if (!this.#quickLanes.has(lane) && !this.#bulkLanes.has(lane)) lightest = Math.min(lightest, ms);
    }
    return Math.max(LIGHT_MS, lightest * LIGHT_RATIO);
  }

  #forgetOld(): void {
    const since = this.#nowMs() - FORGOTTEN_AFTER_MS;
    for (const [name, { lanes, seenAtMs }] of this.#clients)
      if (lanes.size === 0 && seenAtMs < since) this.#clients.delete(name);
  }
}

function note(costs: Map<string, number>, lane: string, ms: number): void {
  const before = costs.get(lane) ?? ms;
  costs.set(lane, before + (ms - before) * LATEST);
}
