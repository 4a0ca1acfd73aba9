import { setTimeout as sleep } from "node:timers/promises";
import type { Activity } from "../../archive/archive.ts";
import { AppError } from "../../errors.ts";
import { type Holding, LEASE_MS, Lease } from "../index/lease.ts";
import type { MetaStore } from "../index/meta-store.ts";

const LOCK = "lock";

/** A document that is written anew by whoever waits for the lock: its holder sees by its number that somebody does. */
const WANTED = "lock-wanted";

/** How often a lock that others hold is looked at. */
const LOOK_AGAIN_MS = 200;

/** How often its holder is told that somebody waits. */
const ASK_AGAIN_MS = 1000;

/** How long somebody waits who asks for the lock: several others may be served first, each for a batch. */
const LONGEST_TURN_MS = 120_000;

/** How long somebody waits who does not ask: longer than for one who died. */
const LONGEST_WAIT_MS = LEASE_MS + 5000;

/** Whoever has held the lock for longer is at work on many batches. */
const LONGEST_BATCH_MS = 10_000;

interface Held extends Holding {
  readonly activity?: Activity | undefined;
}

export interface TakeOptions {
  /** Whether a holder that works for long is asked to let others write between two of its batches. Default false. */
  readonly asks?: boolean | undefined;
}

/** The one writer of an archive, among all machines: a lease that is renewed while it writes, and says what it does. */
export class WriteLock {
  readonly #meta: MetaStore;
  readonly #lease: Lease;
  #seenAsking: number | undefined;

  private constructor(meta: MetaStore, lease: Lease) {
    this.#meta = meta;
    this.#lease = lease;
  }

  /**
   * Takes the lock, which others hold for a batch or for many: one who gives it back or has died is waited for, and one who is at many is
   * asked for a turn, or else keeps it. Nobody is let in while the archive is built anew.
   * @throws AppError `archive-locked`.
   */
  static async take(meta: MetaStore, { asks = false }: TakeOptions = {}): Promise<WriteLock> {
    const untilMs = Date.now() + (asks ? LONGEST_TURN_MS : LONGEST_WAIT_MS);
    let askedMs = 0;
    let seen: Held | undefined;
    for (;;) {
      const taken = await Lease.tryTake(meta, LOCK);
      if (taken instanceof Lease) {
        const lock = new WriteLock(meta, taken);
        await lock.isWanted();
        return lock;
      }
      const held: Held = taken;
      if (seen?.holder !== held.holder) seen = held;
      const isRenewed = held.expiresAtMs !== seen.expiresAtMs;
      const isBatch = Date.now() - held.sinceMs < LONGEST_BATCH_MS;
      const keepsIt = isRenewed && (held.activity?.what === "reindex" || (!asks && !isBatch));
      if (keepsIt || Date.now() > untilMs)
        throw new AppError("archive-locked", "Another process is writing to the archive in the cluster.");
      if (asks && Date.now() - askedMs > ASK_AGAIN_MS) {
        askedMs = Date.now();
        await meta.put(WANTED, {});
      }
      // Not in step with others who wait.
      await sleep(LOOK_AGAIN_MS * (0.5 + Math.random()));
    }
  }

  /** What the holder of the lock is doing, if it takes long enough to be told. */
  static async activityIn(meta: MetaStore): Promise<Activity | undefined> {
    const held = await meta.read<Held>(LOCK);
    return held !== undefined && held.value.expiresAtMs > Date.now() ? held.value.activity : undefined;
  }

  /** Whether somebody has asked for the lock since it was taken, or since this was asked last. */
  async isWanted(): Promise<boolean> {
    const before = this.#seenAsking;
    this.#seenAsking = (await this.#meta.read(WANTED))?.seqNo ?? -1;
    return before !== undefined && before !== this.#seenAsking;
  }

  /** @throws AppError `archive-locked` when another took it meanwhile. */
  check(): void {
    if (this.#lease.isLost)
      throw new AppError(
        "archive-locked",
        "Another process writes to the archive in the cluster since this one did not answer for a while; what was acknowledged is kept.",
      );
  }

  /** Lets others see what is being done. */
  show(activity: Activity | undefined): Promise<void> {
    return this.#lease.show(activity === undefined ? {} : { activity });
  }

  release(): Promise<void> {
    return this.#lease.release();
  }
}
