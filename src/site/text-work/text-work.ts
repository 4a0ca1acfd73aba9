import type { Script } from "../../resources/to-script.ts";
import type { Answer } from "../../threads/answer.ts";
import { type AskedBy, SideThread } from "../../threads/side-thread.ts";
import { startThread, workerFile } from "../../threads/start-thread.ts";
import type { Difference } from "./find-differences.ts";

/** What pages show of texts that takes long to make. */
export interface TextWork extends AsyncDisposable {
  /** Of each pair of texts; undefined for a pair that is too different. */
  differences(
    pairs: readonly (readonly [one: string, other: string])[],
    asker?: AskedBy,
  ): Promise<readonly (readonly Difference[] | undefined)[]>;
  /** The texts in the other script. @throws AppError `unavailable` without a dictionary. */
  toScript(texts: readonly string[], script: Script, asker?: AskedBy): Promise<readonly string[]>;
}

export type TextTask =
  | { readonly kind: "differences"; readonly pairs: readonly (readonly [one: string, other: string])[] }
  | { readonly kind: "script"; readonly texts: readonly string[]; readonly script: Script };

const MAX_WAITING = 32;
const IDLE_MS = 20_000;

/** The dictionaries of both directions fit. */
const HEAP_MB = { old: 96, young: 4 };

/** {@link TextWork} in a thread of its own, so that no page keeps others waiting. */
export function startTextWork(): TextWork {
  const file = workerFile(import.meta.url, "text-worker");
  const side = new SideThread<TextTask>({
    start: (events) => {
      const thread = startThread<Answer<unknown>, TextTask>({ file, workerData: undefined, heapMb: HEAP_MB }, events);
      // A server that has nothing else to do may end.
      thread.holdProcess(false);
      return thread;
    },
    maxWaiting: MAX_WAITING,
    idleMs: IDLE_MS,
  });
  return {
    differences: (pairs, asker) => side.run({ kind: "differences", pairs }, asker),
    toScript: (texts, script, asker) => side.run({ kind: "script", texts, script }, asker),
    [Symbol.asyncDispose]: () => side[Symbol.asyncDispose](),
  };
}
