import { bytesOf } from "../segment/segment-data.ts";
import { KEEP_REPLACED_MS } from "../store/commit-record.ts";
import type { SnapshotData } from "./loaded-snapshot.ts";

/** The most superseded snapshots that are kept. */
const KEPT_STATES = 16;
/** The most bytes that older snapshots may hold in segments which the newest one does not share. */
const KEPT_BYTES = 16 * 2 ** 20;

/** What is kept of a snapshot: enough to tell how long and at what cost. */
export interface RecentSnapshot {
  readonly view: { readonly data: SnapshotData };
}

interface Kept<T> {
  readonly snapshot: T;
  /** Until then every text that the snapshot shows is in the database. */
  readonly untilMs: number;
}

/**
 * Snapshots of the archive that a newer one has superseded, kept for a while so that a search can be repeated: as long as the
 * texts of superseded articles are, and while they cost little. Most segments are shared with the newest snapshot and cost
 * nothing; after a large merge little is shared, and the snapshots before it are gone.
 */
export class RecentSnapshots<T extends RecentSnapshot> {
  readonly #release: (snapshot: T) => void;
  /** Newest first. */
  #kept: readonly Kept<T>[] = [];

  /** @param release called for each snapshot that is kept no longer */
  constructor(release: (snapshot: T) => void) {
    this.#release = release;
  }

  /** Takes a snapshot over; `confirmedAtMs` is when it was last known to be the newest. */
  add(snapshot: T, confirmedAtMs: number): void {
    this.#kept = [{ snapshot, untilMs: confirmedAtMs + KEEP_REPLACED_MS }, ...this.#kept];
  }

  find(name: string): T | undefined {
    return this.#kept.find(({ snapshot }) => snapshot.view.data.name === name)?.snapshot;
  }

  /** Gives up what is too old, or costs too much beside the newest snapshot. */
  prune(newest: SnapshotData, nowMs: number): void {
    const counted = new Set(newest.segments.map(({ data }) => data.id));
    let bytes = 0;
    const isWorthKeeping = ({ snapshot, untilMs }: Kept<T>, index: number): boolean => {
      for (const { data } of snapshot.view.data.segments) {
        if (counted.has(data.id)) continue;
        counted.add(data.id);
        bytes += bytesOf(data);
      }
      return index < KEPT_STATES && bytes <= KEPT_BYTES && nowMs < untilMs;
    };
    const kept = this.#kept.filter(isWorthKeeping);
    for (const { snapshot } of this.#kept.filter((entry) => !kept.includes(entry))) this.#release(snapshot);
    this.#kept = kept;
  }

  clear(): void {
    for (const { snapshot } of this.#kept) this.#release(snapshot);
    this.#kept = [];
  }
}
