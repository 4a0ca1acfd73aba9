import { bytesOf } from "../segment/segment-data.ts";
import { KEEP_REPLACED_MS } from "../store/commit-record.ts";
import type { StateData } from "./state.ts";

/** States that were superseded are kept up to this many … */
const KEPT_STATES = 16;
/** … and so many bytes of segments that the newest state does not share with them. */
const KEPT_BYTES = 16 * 2 ** 20;

/** What is kept of a state: enough to tell how long and at what cost. */
export interface RecentState {
  readonly view: { readonly data: StateData };
}

interface Kept<T> {
  readonly state: T;
  /** Until then every text that the state shows is in the database. */
  readonly untilMs: number;
}

/**
 * States of the archive that a newer one has superseded, kept for a while so that a search can be repeated: as long as the
 * texts of superseded articles are, and while they cost little. Most segments are shared with the newest state and cost
 * nothing; after a large merge little is shared, and the states before it are gone.
 */
export class RecentStates<T extends RecentState> {
  readonly #release: (state: T) => void;
  /** Newest first. */
  #kept: readonly Kept<T>[] = [];

  /** @param release called for each state that is kept no longer */
  constructor(release: (state: T) => void) {
    this.#release = release;
  }

  /** Takes a state over; `confirmedAtMs` is when it was last known to be the newest. */
  add(state: T, confirmedAtMs: number): void {
    this.#kept = [{ state, untilMs: confirmedAtMs + KEEP_REPLACED_MS }, ...this.#kept];
  }

  find(name: string): T | undefined {
    return this.#kept.find(({ state }) => state.view.data.name === name)?.state;
  }

  /** Gives up what is too old, or costs too much beside the newest state. */
  prune(newest: StateData, nowMs: number): void {
    const counted = new Set(newest.segments.map(({ data }) => data.id));
    let bytes = 0;
    const isWorthKeeping = ({ state, untilMs }: Kept<T>, index: number): boolean => {
      for (const { data } of state.view.data.segments) {
        if (counted.has(data.id)) continue;
        counted.add(data.id);
        bytes += bytesOf(data);
      }
      return index < KEPT_STATES && bytes <= KEPT_BYTES && nowMs < untilMs;
    };
    const kept = this.#kept.filter(isWorthKeeping);
    for (const { state } of this.#kept.filter((entry) => !kept.includes(entry))) this.#release(state);
    this.#kept = kept;
  }

  clear(): void {
    for (const { state } of this.#kept) this.#release(state);
    this.#kept = [];
  }
}
