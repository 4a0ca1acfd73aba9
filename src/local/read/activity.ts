import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ACTIVITY_KINDS, type Activity, type ActivityKind } from "../../archive/archive.ts";
import { isSystemError } from "../../errors.ts";

/** The file is written no more often than this, so work that is done sooner never shows. */
const WRITE_EVERY_MS = 500;
/** How long a process that says nothing new counts as being at work, where its id cannot be looked up. */
const STALE_AFTER_MS = 30_000;

const activityPath = (folder: string): string => join(folder, "activity.json");

/** What stands in the file. */
interface Entry extends Activity {
  /** Process that does it, on the machine where it runs. */
  readonly pid: number;
  readonly host: string;
  readonly writtenAtMs: number;
}

/**
 * What the writer of the archive in `folder` is doing at this moment, in this process or another; undefined when nobody
 * writes, or when what was being done is done within half a second. Cheap: one small file. Never throws.
 */
export function readActivity(folder: string): Activity | undefined {
  const entry = parseEntry(folder);
  if (entry === undefined || !isAlive(entry)) return undefined;
  const { what, startedAtMs, done, share } = entry;
  return { what, startedAtMs, done, ...(share === undefined ? {} : { share }) };
}

function parseEntry(folder: string): Entry | undefined {
  try {
    const entry = JSON.parse(readFileSync(activityPath(folder), "utf8")) as Partial<Entry> | null;
    const { what, pid, startedAtMs, done, share, host, writtenAtMs } = entry ?? {};
    if (what === undefined || !ACTIVITY_KINDS.includes(what) || typeof host !== "string") return undefined;
    if (!isCount(pid) || !isCount(startedAtMs) || !isCount(done) || !isCount(writtenAtMs)) return undefined;
    if (share !== undefined && !(typeof share === "number" && share >= 0 && share <= 1)) return undefined;
    return { what, pid, startedAtMs, done, host, writtenAtMs, ...(share === undefined ? {} : { share }) };
  } catch {
    // No file: nobody writes. A damaged one is worth no more than none.
    return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function isAlive({ pid, host, writtenAtMs }: Entry): boolean {
  if (Date.now() - writtenAtMs > STALE_AFTER_MS) return false;
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, as another user.
    return isSystemError(error, "EPERM");
  }
}

/**
 * Tells others what the holder of the write lock is doing. Of no weight for the archive: what cannot be written is left out.
 * Dispose it when the lock is given back.
 */
export class ActivityFile implements Disposable {
  readonly #folder: string;
  readonly #beat: NodeJS.Timeout;
  #shown: Activity | undefined;
  #share: number | undefined;
  #writtenAtMs = 0;
  #isThere = false;

  constructor(folder: string) {
    this.#folder = folder;
    // What a process that was killed left behind.
    removeFiles(folder);
    this.#beat = setInterval(() => this.#write(), WRITE_EVERY_MS).unref();
  }

  /** `done` counts articles; `share` is how much of the whole, 0–1, where that is known. */
  show(what: ActivityKind, done: number, share = this.#share): void {
    const now = Date.now();
    const startedAtMs = this.#shown?.what === what ? this.#shown.startedAtMs : now;
    if (startedAtMs === now) this.#writtenAtMs = now;
    this.#shown = { what, startedAtMs, done, ...(share === undefined ? {} : { share }) };
    this.#write();
  }

  /** For work whose whole only the caller knows: how much of it is done, 0–1, from the next {@link show} on. */
  knowShare(share: number): void {
    this.#share = Math.min(1, Math.max(0, share));
  }

  /** Nothing is being done for now. */
  clear(): void {
    this.#shown = undefined;
    this.#share = undefined;
    if (this.#isThere) removeFiles(this.#folder);
    this.#isThere = false;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#beat);
    this.clear();
  }

  #write(): void {
    const now = Date.now();
    if (this.#shown === undefined || now - this.#writtenAtMs < WRITE_EVERY_MS) return;
    this.#writtenAtMs = now;
    const entry: Entry = { ...this.#shown, pid: process.pid, host: hostname(), writtenAtMs: now };
    const path = activityPath(this.#folder);
    try {
      writeFileSync(`${path}.tmp`, JSON.stringify(entry));
      renameSync(`${path}.tmp`, path);
      this.#isThere = true;
    } catch {
      // A full disk, or a reader that holds the file open on some systems: the next beat tries again.
    }
  }
}

function removeFiles(folder: string): void {
  try {
    for (const path of [activityPath(folder), `${activityPath(folder)}.tmp`]) rmSync(path, { force: true });
  } catch {
    // It goes stale by itself.
  }
}
