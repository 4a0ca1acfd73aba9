import { AppError } from "../errors.ts";

/** `calm`; `short`: caches have been given back; `full`: one task at a time; `over`: work is refused. */
export type MemoryState = "calm" | "short" | "full" | "over";

export interface MemoryStatus {
  readonly ceilingBytes: number;
  /** Resident, as seen last. */
  readonly rssBytes: number;
  /** The most that was seen. */
  readonly highestBytes: number;
  readonly state: MemoryState;
  /** Requests refused because of it. */
  readonly refused: number;
}

export interface MemoryWatchOptions {
  readonly ceilingBytes: number;
  readonly readRssBytes: () => number;
  /** Gives back what only makes things faster; the nearer the ceiling the more of it. */
  readonly trim: (state: Exclude<MemoryState, "calm">) => void;
  /** Collects garbage, and keeps what makes things faster. */
  readonly collect: () => void;
  /** Gives back what trimming cannot: heaps that have grown. Dearer. */
  readonly renew: () => void;
  /** Reads a clock that only goes forward. */
  readonly nowMs?: () => number;
}

/** From these shares of the ceiling on. */
const SHORT = 0.88;
const FULL = 0.92;
const OVER = 1;
/** So many tasks may be held at the ceiling, where an archive is as large as its server bears: they wait for each other, and take little until then. */
const HELD_WHEN_OVER = 16;
/** What is given back shows only after a while. */
const TRIM_EVERY_MS = 5000;
const RENEW_AFTER_MS = 1000;
/** Fresh threads compile anew, and grow as far again: not while caches alone are given back. */
const RENEW_EVERY_MS = 5000;
/** Garbage is collected each time so much has come, as a share of the ceiling, on top of what a collection left; V8 alone would wait for 40 % of a heap. */
const COLLECT_SHARE = 0.03;
const COLLECT_EVERY_MS = 250;
/** Where what is given back is soon in use again, it is given back ever more seldom: fresh threads and empty caches are slow. */
const SELDOM_MS = 60_000;
/** How old a reading may be. */
const FRESH_MS = 50;
const RETRY_AFTER_S = 2;

/**
 * Keeps a process below its ceiling: near it caches are given back and garbage is collected before much of it has come together; nearer, threads
 * are replaced by fresh ones, and tasks run one at a time while the others wait; at the ceiling itself what is new is refused.
 */
export class MemoryWatch {
  readonly #options: MemoryWatchOptions;
  readonly #nowMs: () => number;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #collectedAtMs = Number.NEGATIVE_INFINITY;
  /** What the last collection left, as seen since. */
  #leftBytes = 0;
  readonly #trims = new Recurring();
  readonly #renewals = new Recurring();
  #rssBytes = 0;
  #highestBytes = 0;
  #refused = 0;

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  get status(): MemoryStatus {
    const { ceilingBytes } = this.#options;
    return {
      ceilingBytes,
      rssBytes: this.#rssBytes,
      highestBytes: this.#highestBytes,
      state: this.#state(),
      refused: this.#refused,
    };
  }

  /** Looks, and does what is to be done. To be called often: a few times a second at least. */
  look(): void {
    const now = this.#nowMs();
    if (now - this.#readAtMs < FRESH_MS) return;
    this.#readAtMs = now;
    this.#rssBytes = this.#options.readRssBytes();
    this.#highestBytes = Math.max(this.#highestBytes, this.#rssBytes);
    this.#leftBytes = Math.min(this.#leftBytes, this.#rssBytes);
    const state = this.#state();
    if (state === "calm") return;
    if (this.#trims.isDue(now, TRIM_EVERY_MS)) {
      this.#options.trim(state);
      this.#collected(now);
    } else if (
      state !== "short" &&
      this.#trims.sinceMs(now) >= RENEW_AFTER_MS &&
      this.#renewals.isDue(now, RENEW_EVERY_MS)
    ) {
      this.#options.renew();
    } else if (this.#hasGarbage(now)) {
      this.#options.collect();
      this.#collected(now);
    }
  }

  #hasGarbage(nowMs: number): boolean {
    const came = this.#rssBytes - this.#leftBytes;
    return nowMs - this.#collectedAtMs >= COLLECT_EVERY_MS && came >= COLLECT_SHARE * this.#options.ceilingBytes;
  }

  #collected(nowMs: number): void {
    this.#collectedAtMs = nowMs;
    // The least that is seen from now on.
    this.#leftBytes = this.#rssBytes;
  }

  /** How many tasks may run at the same time, of at most `most`: one alone while memory is all but used up, so that the next gets what it gives back. */
  atOnce(most: number): number {
    this.look();
    const state = this.#state();
    return state === "full" || state === "over" ? 1 : most;
  }

  /**
   * Lets a task in, or refuses it while nothing is left and many are held already.
   * @param held tasks that have been let in and are not finished
   * @throws AppError `unavailable`
   */
  admit(held: number): void {
    this.look();
    if (held < HELD_WHEN_OVER || this.#state() !== "over") return;
    this.#refused++;
    const [used, ceiling] = [this.#rssBytes, this.#options.ceilingBytes].map((bytes) => Math.round(bytes / 2 ** 20));
    throw new AppError(
      "unavailable",
      `The server is at its memory ceiling: ${used} of ${ceiling} MB are in use. Try again soon.`,
      { retryAfterS: RETRY_AFTER_S, remedy: { code: "set-option", option: "max-memory", does: "raises it" } },
    );
  }

  #state(): MemoryState {
    const share = this.#rssBytes / this.#options.ceilingBytes;
    if (share >= OVER) return "over";
    return share >= FULL ? "full" : share >= SHORT ? "short" : "calm";
  }
}

/** Something that is done again and again, ever more seldom as long as it is soon wanted again. */
class Recurring {
  #doneAtMs = Number.NEGATIVE_INFINITY;
  #pauseMs = 0;

  sinceMs(nowMs: number): number {
    return nowMs - this.#doneAtMs;
  }

  /** Whether it is to be done now, which then counts as done. */
  isDue(nowMs: number, everyMs: number): boolean {
    const sinceMs = this.sinceMs(nowMs);
    if (sinceMs < Math.max(everyMs, this.#pauseMs)) return false;
    const isSoon = sinceMs < 2 * Math.max(everyMs, this.#pauseMs);
    this.#pauseMs = isSoon ? Math.min(SELDOM_MS, 2 * Math.max(everyMs, this.#pauseMs)) : everyMs;
    this.#doneAtMs = nowMs;
    return true;
  }
}
