import { setFlagsFromString } from "node:v8";

/** MB of each half of the young generation of threads that are started from then on. */
const YOUNG_MB = 2;

/**
 * By how much of what is left after a collection a heap may grow until the next one, in percent, though by 8 MB in any case. V8 would let it double and
 * more: the thread that answers grew from 30 to 90 MB when much was asked at once.
 */
const GROWING_PERCENT = 40;

/**
 * Where the launcher has made V8 optimise for size, lets it no longer do so. It then collects a thread's garbage so often, and with it the
 * shapes of objects that no search holds at the moment, that what was compiled for them is thrown away and compiled anew all the time: a
 * fifth of a search's processor time, and half as much again in V8's own threads.
 */
export function allowLargerHeaps(): void {
  if (!isOptimisedForSize()) return;
  // All are looked at whenever V8 collects, or makes a heap.
  setFlagsFromString("--no-optimize-for-size");
  setFlagsFromString(`--max-semi-space-size=${YOUNG_MB}`);
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
}

/** Takes {@link allowLargerHeaps} back, for good: where memory has become short, the heaps of all threads are kept small again. */
export function forbidLargerHeaps(): void {
  if (!isOptimisedForSize()) return;
  setFlagsFromString("--optimize-for-size");
  // V8's own measure is smaller still while it optimises for size.
  setFlagsFromString("--heap-growing-percent=0");
}

const isOptimisedForSize = (): boolean => process.execArgv.includes("--optimize-for-size");
