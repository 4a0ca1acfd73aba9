import type { Clock } from "./clock.ts";

/** Time between the end of a request to a host and the beginning of the next. */
export const HOST_GAP_MS = 2000;

interface Lane {
  last: Promise<unknown>;
  held: number;
  /** When the last request ended, by the steady clock. */
  endedAtMs: number;
}

/** One request to a host at a time, with a pause between two of them. */
export class HostPace {
  readonly #lanes = new Map<string, Lane>();
  readonly #clock: Clock;
  readonly #gapMs: number;

  constructor(clock: Clock, gapMs = HOST_GAP_MS) {
    this.#clock = clock;
    this.#gapMs = gapMs;
  }

  /** Hosts that are being asked, or were so lately that the next request has to wait. */
  get hosts(): number {
    return this.#lanes.size;
  }

  async run<T>(host: string, signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(host) ?? { last: Promise.resolve(), held: 0, endedAtMs: -Infinity };
    this.#lanes.set(host, lane);
    lane.held++;
    const turn = lane.last.then(async () => {
      signal?.throwIfAborted();
      const waited = this.#clock.steadyMs() - lane.endedAtMs;
      if (waited < this.#gapMs) await this.#clock.sleep(this.#gapMs - waited, signal);
      try {
        return await ask();
      } finally {
        lane.endedAtMs = this.#clock.steadyMs();
      }
    });
    lane.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      lane.held--;
      this.#forgetIdle();
    }
  }

  #forgetIdle(): void {
    const now = this.#clock.steadyMs();
    for (const [host, { held, endedAtMs }] of this.#lanes)
      if (held === 0 && now - endedAtMs >= this.#gapMs) this.#lanes.delete(host);
  }
}
