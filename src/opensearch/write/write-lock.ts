import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Activity } from "../../archive/archive.ts";
import { AppError } from "../../errors.ts";
import type { MetaStore } from "../index/meta-store.ts";

const LOCK = "lock";

/** How long a lock holds that is not renewed: its holder may have died. Clocks of machines should agree to some seconds. */
const LEASE_MS = 30_000;

const RENEWED_EVERY_MS = 8000;

/** How often a lock that others hold is looked at. */
const LOOK_AGAIN_MS = 200;

/** How long somebody waits for others who hold the lock one after the other: longer than for one who died. */
const LONGEST_WAIT_MS = LEASE_MS + 5000;

/** Whoever has held the lock for longer is at an import, not at a batch. */
const LONGEST_BATCH_MS = 10_000;

interface Held {
  readonly holder: string;
  /** When it took the lock. */
  readonly sinceMs: number;
  readonly expiresAtMs: number;
  readonly activity?: Activity | undefined;
}

/** The one writer of an archive, among all machines: a document that is renewed while it writes, and says what it does. */
export class WriteLock {
  readonly #meta: MetaStore;
  readonly #holder = randomUUID();
  #sinceMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #activity: Activity | undefined;
  #isLost = false;
  #renewing: Promise<void> = Promise.resolve();

  private constructor(meta: MetaStore) {
    this.#meta = meta;
  }

  /**
   * Takes the lock, which others hold for a batch or for a whole import: whoever has held it for longer than a batch and is seen to renew it
   * keeps it, while one who gives it back or has died is waited for.
   * @throws AppError `archive-locked`.
   */
  static async take(meta: MetaStore): Promise<WriteLock> {
    const lock = new WriteLock(meta);
    await lock.#wait();
    lock.#timer = setInterval(() => lock.#renew(), RENEWED_EVERY_MS);
    lock.#timer.unref();
    return lock;
  }

  async #wait(): Promise<void> {
    const untilMs = Date.now() + LONGEST_WAIT_MS;
    let seen: Held | undefined;
    for (;;) {
      this.#sinceMs = Date.now();
      const held = await this.#meta.read<Held>(LOCK);
      if (held === undefined || held.value.expiresAtMs <= Date.now()) {
        if (await this.#meta.write(LOCK, this.#toHeld(), held ?? "absent")) return;
        continue;
      }
      const { holder, sinceMs, expiresAtMs } = held.value;
      if (seen?.holder !== holder) seen = held.value;
      const isRenewed = expiresAtMs !== seen.expiresAtMs;
      const isBatch = Date.now() - sinceMs < LONGEST_BATCH_MS;
      if ((isRenewed && !isBatch) || Date.now() > untilMs)
        throw new AppError("archive-locked", "Another process is writing to the archive in the cluster.");
      // Not in step with others who wait.
      await sleep(LOOK_AGAIN_MS * (0.5 + Math.random()));
    }
  }

  /** What the holder of the lock is doing, if it takes long enough to be told. */
  static async activityIn(meta: MetaStore): Promise<Activity | undefined> {
    const held = await meta.read<Held>(LOCK);
    return held !== undefined && held.value.expiresAtMs > Date.now() ? held.value.activity : undefined;
  }

  /** @throws AppError `archive-locked` when another took it meanwhile. */
  check(): void {
    if (this.#isLost)
      throw new AppError(
        "archive-locked",
        "Another process writes to the archive in the cluster since this one did not answer for a while; what was acknowledged is kept.",
      );
  }

  /** Lets others see what is being done. */
  async show(activity: Activity | undefined): Promise<void> {
    this.#activity = activity;
    await this.#renew();
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    const held = await this.#meta.read<Held>(LOCK);
    if (held?.value.holder === this.#holder) await this.#meta.remove(LOCK, held);
  }

  #renew(): Promise<void> {
    this.#renewing = this.#renewing
      .then(async () => {
        const held = await this.#meta.read<Held>(LOCK);
        const isOwn = held?.value.holder === this.#holder;
        this.#isLost = !isOwn || !(await this.#meta.write(LOCK, this.#toHeld(), held));
      })
      // A cluster that is away for a moment takes nobody's lock away; the next renewal tells.
      .catch(() => undefined);
    return this.#renewing;
  }

  #toHeld(): Held {
    const held = { holder: this.#holder, sinceMs: this.#sinceMs, expiresAtMs: Date.now() + LEASE_MS };
    return this.#activity === undefined ? held : { ...held, activity: this.#activity };
  }
}
