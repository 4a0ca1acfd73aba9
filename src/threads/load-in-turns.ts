import { setImmediate as nextTurn } from "node:timers/promises";

/** Loads one after the other, each in a turn of its own, so that other events have theirs in between: what takes long to load is named part by part. */
export async function loadInTurns(parts: readonly (() => unknown)[]): Promise<void> {
  for (const load of parts) {
    await load();
    await nextTurn();
  }
}
