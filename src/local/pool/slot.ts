import type { Thread, ThreadEvents } from "../../threads/start-thread.ts";
import type { PoolJob, PoolSnapshot } from "./job.ts";
import type { FromThread, ToThread } from "./messages.ts";

/** A thread that searches, seen from the pool. */
export type SearchThread = Pick<Thread<ToThread>, "post" | "terminate">;
export type StartSearchThread = (events: ThreadEvents<FromThread>) => SearchThread;

/** The place of one thread in a pool, and what the thread does. */
export class Slot {
  /** Absent until it is needed, and after it has ended. */
  thread: SearchThread | undefined;
  job: PoolJob | undefined;
  /** Whether its job was a short one when it began, as far as that could be told. */
  isLight = true;
  /** The thread has loaded all of its code. */
  isReady = false;
  /** When its newest job began, or it could have helped with another's. */
  startedAt = 0;
  /** To be replaced by a fresh one after its job. */
  isStale = false;
  /** The thread has been told to end. The next one waits until it has, so that memory is not taken twice. */
  isEnding = false;
  /** Names of the snapshots that the thread has been sent. */
  readonly #snapshots = new Set<string>();

  /** Hands a job to a thread, which is the slot's from then on. */
  begin(job: PoolJob, thread: SearchThread): void {
    this.job = job;
    this.startedAt = performance.now();
    this.learn(job.snapshot, thread);
    thread.post({ kind: "task", snapshot: job.snapshot.data.name, task: job.task });
  }

  /** Sends a thread a snapshot that it does not know. */
  learn({ data }: PoolSnapshot, thread: SearchThread): void {
    if (this.#snapshots.has(data.name)) return;
    this.#snapshots.add(data.name);
    thread.post({ kind: "snapshot", name: data.name, data });
  }

  /** Has the thread forget all snapshots but the newest and that of its job. */
  forgetSnapshots(newest: string): void {
    for (const name of this.#snapshots) {
      if (name === newest || name === this.job?.snapshot.data.name) continue;
      this.#snapshots.delete(name);
      this.thread?.post({ kind: "forget", name });
    }
  }

  /** Tells the thread to end; the next task starts another. */
  retire(): void {
    if (this.thread === undefined || this.isEnding) return;
    this.isEnding = true;
    this.thread.post({ kind: "close" });
  }

  /** Ends the thread, whatever it does. */
  stop(): void {
    if (this.thread === undefined) return;
    this.isEnding = true;
    void this.thread.terminate();
  }

  /** The thread has ended. */
  clear(): void {
    this.thread = undefined;
    this.job = undefined;
    this.isReady = false;
    this.isStale = false;
    this.isEnding = false;
    this.#snapshots.clear();
  }
}

/** The slots that have had nothing to do since then; where that is all that have a thread, all but the first. */
export function idleSince(slots: readonly Slot[], sinceMs: number): readonly Slot[] {
  const awake = slots.filter(({ thread, isEnding }) => thread !== undefined && !isEnding);
  const idle = awake.filter(({ job }) => job === undefined);
  return idle.slice(awake.length === idle.length ? 1 : 0).filter(({ startedAt }) => startedAt < sinceMs);
}
