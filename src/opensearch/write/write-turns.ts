import { setTimeout as sleep } from "node:timers/promises";
import type { Activity } from "../../archive/archive.ts";
import { SerialQueue } from "../../threads/serial-queue.ts";
import type { MetaStore } from "../index/meta-store.ts";
import { WriteLock } from "./write-lock.ts";

/** How long others have after a batch to take the lock: longer than they wait before they look again. */
const LET_OTHERS_MS = 400;

/** How often a writer that has nothing to write looks whether others want to. */
const LOOK_EVERY_MS = 1000;

/** How long nobody else must have asked before the lock is kept from one batch to the next again. */
const SHARED_FOR_MS = 60_000;

export interface WriteTurnsOptions {
  readonly meta: MetaStore;
  /** Called each time that the lock was taken: others may have written since. */
  readonly onTake: () => Promise<void>;
}

/**
 * The lock of a writer of many batches. It is kept as long as nobody else wants to write; else it is given back after each batch, and several
 * importers write in turn:
 *
 *     one      batch ▏encode      ▏batch ▏encode      ▏
 *     another        ▏batch ▏encode      ▏batch ▏encode
 */
export class WriteTurns {
  readonly #options: WriteTurnsOptions;
  readonly #queue = new SerialQueue();
  #lock: WriteLock | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sharedUntilMs = 0;
  #mayTakeAtMs = 0;

  constructor(options: WriteTurnsOptions) {
    this.#options = options;
  }

  /** False between two turns: what can be prepared is to be prepared now, while others write. */
  get isHeld(): boolean {
    return this.#lock !== undefined;
  }

  /** Writes a batch, as the only one who does. @throws AppError `archive-locked` */
  run<T>(write: () => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      const lock = this.#lock ?? (await this.#take());
      lock.check();
      try {
        return await write();
      } finally {
        await this.#letOthers(lock);
      }
    });
  }

  /** @throws AppError `archive-locked` when another has taken it meanwhile. */
  check(): void {
    this.#lock?.check();
  }

  /** Lets others see what is being done. */
  async show(activity: Activity | undefined): Promise<void> {
    await this.#lock?.show(activity);
  }

  /** Takes the lock, if it does not have it. @throws AppError `archive-locked` */
  async take(): Promise<void> {
    await this.#queue.run(async () => {
      this.#lock ??= await this.#take();
    });
  }

  /** Gives the lock back, when what is being written is written. */
  release(): Promise<void> {
    return this.#queue.run(() => this.#release());
  }

  async #take(): Promise<WriteLock> {
    await sleep(Math.max(0, this.#mayTakeAtMs - performance.now()));
    const { meta, onTake } = this.#options;
    const lock = await WriteLock.take(meta, { asks: true });
    try {
      await onTake();
    } catch (error) {
      await lock.release();
      throw error;
    }
    this.#lock = lock;
    this.#timer = setInterval(() => this.#look(lock), LOOK_EVERY_MS).unref();
    return lock;
  }

  /** Whoever reads its input slowly keeps nobody waiting. */
  #look(lock: WriteLock): void {
    if (this.#queue.held > 0) return;
    void this.#queue.run(async () => {
      if (this.#lock === lock) await this.#letOthers(lock);
    });
  }

  async #release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    clearInterval(this.#timer);
    await lock?.release();
  }

  async #letOthers(lock: WriteLock): Promise<void> {
    const nowMs = performance.now();
    // Where the cluster is away nobody else writes either.
    const isWanted = await lock.isWanted().catch(() => false);
    if (isWanted) this.#sharedUntilMs = nowMs + SHARED_FOR_MS;
    if (nowMs > this.#sharedUntilMs) return;
    this.#mayTakeAtMs = performance.now() + LET_OTHERS_MS;
    // What was written is written. One that is not given back, since the cluster is away, is over by itself.
    await this.#release().catch(() => undefined);
  }
}
