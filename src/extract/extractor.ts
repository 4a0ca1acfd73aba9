import { AppError } from "../errors.ts";
import type { Answer } from "../threads/answer.ts";
import { SerialQueue } from "../threads/serial-queue.ts";
import { SideThread } from "../threads/side-thread.ts";
import { startThread, workerFile } from "../threads/start-thread.ts";
import type { ExtractOptions } from "./extract-page.ts";
import type { Extracted } from "./extracted.ts";
import type { RuleBook } from "./rules/rule-book.ts";

/** Takes articles out of pages in a thread of its own: no page, however hostile, takes more time or memory than it may. */
export interface Extractor extends AsyncDisposable {
  /**
   * @throws AppError `timeout` for a page that takes too long; `unavailable` for one that takes too much memory or where too many wait;
   * `payload-too-large` for one of too many bytes
   */
  extract(bytes: Uint8Array, options?: PageOptions): Promise<Extracted>;
}

/** What is told of one page; the rules are the extractor's. */
export type PageOptions = Omit<ExtractOptions, "rules">;

export interface ExtractorOptions {
  /** Rules for sites, for pages whose address is told. */
  readonly rules?: RuleBook | undefined;
  /** Time for one page. Default 10,000 ms; the largest of real pages take a tenth of a second. */
  readonly timeoutMs?: number;
  /** Largest heap of the thread, in MB. Default 256. */
  readonly heapMb?: number;
  /** Bytes of one page. Default 15 MiB, what a fetch gives at most. */
  readonly maxBytes?: number;
  /** Pages that may wait. Default 256. */
  readonly maxWaiting?: number;
}

export interface ExtractTask {
  readonly bytes: Uint8Array;
  readonly options: PageOptions;
}

const IDLE_MS = 20_000;
const YOUNG_MB = 16;

export function startExtractor(options: ExtractorOptions = {}): Extractor {
  const { rules, timeoutMs = 10_000, heapMb = 256, maxBytes = 15 * 1024 * 1024, maxWaiting = 256 } = options;
  const file = workerFile(import.meta.url, "extract-worker");
  const side = new SideThread<ExtractTask>({
    start: (events) => {
      const thread = startThread<Answer<unknown>, ExtractTask>(
        { file, workerData: rules, heapMb: { old: heapMb, young: YOUNG_MB } },
        events,
      );
      // A program that has nothing else to do may end.
      thread.holdProcess(false);
      return thread;
    },
    maxWaiting,
    idleMs: IDLE_MS,
  });
  const queue = new SerialQueue();
  const runOne = async (task: ExtractTask): Promise<Extracted> => {
    // The process must not end while a page is being read, and the clock of a page runs only in its own turn.
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(tooSlow(timeoutMs)), timeoutMs);
    try {
      return await side.run<Extracted>(task, { signal: stop.signal });
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    async extract(bytes, pageOptions = {}) {
      if (bytes.length > maxBytes)
        throw new AppError("payload-too-large", `The page has ${bytes.length} bytes; at most ${maxBytes} are read.`);
      if (queue.held >= maxWaiting)
        throw new AppError("unavailable", `${maxWaiting} pages wait to be read. Try again soon.`, { retryAfterS: 2 });
      return queue.run(() => runOne({ bytes, options: pageOptions }));
    },
    [Symbol.asyncDispose]: () => side[Symbol.asyncDispose](),
  };
}

const tooSlow = (timeoutMs: number): AppError =>
  new AppError("timeout", `The page took longer to read than ${timeoutMs} ms, and was given up.`);
