import { uptime } from "node:os";
import { setTimeout as wait } from "node:timers/promises";

/** Time as the schedule sees it; a test brings its own. */
export interface Clock {
  /** Milliseconds since 1970 UTC; a machine whose clock is set may give an earlier time than before. */
  nowMs(): number;
  /** Milliseconds since some moment; nobody can set it, and it goes on while the machine sleeps. */
  steadyMs(): number;
  /** @throws the signal's reason when it is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const MACHINE_CLOCK: Clock = {
  nowMs: Date.now,
  steadyMs: () => uptime() * 1000,
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  },
};
