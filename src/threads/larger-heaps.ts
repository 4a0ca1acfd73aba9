import { setFlagsFromString } from "node:v8";

/** MB of each half of the young generation of threads that are started from then on. */
const YOUNG_MB = 2;

/**
 * Where the launcher has made V8 optimise for size, lets it no longer do so. It then collects a thread's garbage so often, and with it the
 * shapes of objects that no search holds at the moment, that what was compiled for them is thrown away and compiled anew all the time: a
 * fifth of a search's processor time, and half as much again in V8's own threads.
 */
export function allowLargerHeaps(): void {
  if (!isOptimisedForSize()) return;
  // Both are looked at whenever V8 collects, or makes a heap.
  setFlagsFromString("--no-optimize-for-size");
  setFlagsFromString(`--max-semi-space-size=${YOUNG_MB}`);
}

/** Takes {@link allowLargerHeaps} back, for good: where memory has become short, the heaps of all threads are kept small again. */
export function forbidLargerHeaps(): void {
  if (isOptimisedForSize()) setFlagsFromString("--optimize-for-size");
}

const isOptimisedForSize = (): boolean => process.execArgv.includes("--optimize-for-size");
