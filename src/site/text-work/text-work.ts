import { AppError } from "../../errors.ts";
import type { ReaderScript } from "../../resources/to-reader-script.ts";
import type { Answer } from "../../threads/answer.ts";
import { type AskedBy, SideThread } from "../../threads/side-thread.ts";
import { startThread, workerFile } from "../../threads/start-thread.ts";
import type { ArticleComparison, ComparedText } from "./compare-articles.ts";

/** What pages show of texts that takes long to make. */
export interface TextWork extends AsyncDisposable {
  /** Two articles sentence by sentence, from the older to the newer. */
  compare(older: ComparedText, newer: ComparedText, asker?: AskedBy): Promise<ArticleComparison>;
  /** The texts in the script of a reader. @throws AppError `unavailable` without a dictionary. */
  toScript(texts: readonly string[], script: ReaderScript, asker?: AskedBy): Promise<readonly string[]>;
}

export type TextTask =
  | { readonly kind: "compare"; readonly older: ComparedText; readonly newer: ComparedText }
  | { readonly kind: "script"; readonly texts: readonly string[]; readonly script: ReaderScript };

const MAX_WAITING = 32;
/** Readers who turn pages ask again within it. */
const IDLE_MS = 5_000;

/** The dictionaries of both directions fit beside the comparison of two long texts. */
const HEAP_MB = { old: 48, young: 2 };

/** What the thread takes when it starts: itself, its code, a dictionary. */
const THREAD_BYTES = 14 * 2 ** 20;

const RETRY_AFTER_S = 5;

/**
 * {@link TextWork} in a thread of its own, so that no page keeps others waiting.
 * @param freeBytes memory that is left below the ceiling; undefined without one. Where the thread does not fit, tasks are refused.
 */
export function startTextWork(freeBytes: () => number | undefined = () => undefined): TextWork {
  const file = workerFile(import.meta.url, "text-worker");
  const side = new SideThread<TextTask>({
    start: (events) => {
      const thread = startThread<Answer<unknown>, TextTask>({ file, workerData: undefined, heapMb: HEAP_MB }, events);
      // A server that has nothing else to do may end.
      thread.holdProcess(false);
      return thread;
    },
    admit: () => {
      if ((freeBytes() ?? Number.POSITIVE_INFINITY) >= THREAD_BYTES) return;
      throw new AppError(
        "unavailable",
        "The server is too near its memory ceiling to compare or convert texts. Try again soon.",
        {
          retryAfterS: RETRY_AFTER_S,
          remedy: { code: "set-option", option: "max-memory", does: "raises it" },
        },
      );
    },
    maxWaiting: MAX_WAITING,
    idleMs: IDLE_MS,
  });
  return {
    compare: ({ title, body }, newer, asker) =>
      side.run({ kind: "compare", older: { title, body }, newer: { title: newer.title, body: newer.body } }, asker),
    toScript: (texts, script, asker) => side.run({ kind: "script", texts, script }, asker),
    [Symbol.asyncDispose]: () => side[Symbol.asyncDispose](),
  };
}
