import type { Clock } from "../../src/fetch/clock.ts";

export interface VirtualClockOptions {
  /** What the clock shows at the beginning. */
  readonly startMs?: number | undefined;
  /** How much time has passed before, and by how much the clock was set in it. */
  readonly passedMs?: number | undefined;
  readonly setByMs?: number | undefined;
  /** Told of how much time has passed, whenever more has. */
  readonly onPass?: ((passedMs: number) => void) | undefined;
}

export interface VirtualClock extends Clock {
  /** By how much it has been set. */
  readonly setByMs: number;
  /** Sets the clock, as a person or a time server does; nothing that sleeps wakes earlier or later for it. */
  jump(ms: number): void;
}

/** Time that passes only while all who could do something sleep: the one who sleeps shortest wakes next. */
export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { startMs = Date.UTC(2026, 0, 1), onPass } = options;
  let { passedMs = 0, setByMs = 0 } = options;
  let order = 0;
  let isTicking = false;
  const sleepers: { readonly atMs: number; readonly order: number; readonly wake: () => void }[] = [];

  const tick = (): void => {
    isTicking = true;
    // What runs on real sockets has some turns of the event loop to finish before time goes on.
    setTimeout(() => {
      isTicking = false;
      sleepers.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      const next = sleepers.shift();
      if (next === undefined) return;
      if (next.atMs > passedMs) {
        passedMs = next.atMs;
        onPass?.(passedMs);
      }
      next.wake();
      if (sleepers.length > 0 && !isTicking) tick();
    }, 0);
  };
  return {
    get setByMs() {
      return setByMs;
    },
    nowMs: () => startMs + setByMs + passedMs,
    steadyMs: () => passedMs,
    jump: (ms) => {
      setByMs += ms;
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = { atMs: passedMs + Math.max(0, ms), order: order++, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(signal.reason);
        });
        if (!isTicking) tick();
      }),
  };
}
