import { AppError } from "../../errors.ts";
import type { Answer } from "../../threads/answer.ts";
import { SideThread } from "../../threads/side-thread.ts";
import { startThread, workerFile } from "../../threads/start-thread.ts";
import type { DocumentKinds, ReadDocument, SentDocument } from "./read-document.ts";

export interface DocumentTask {
  readonly kind: keyof DocumentKinds;
  readonly document: SentDocument;
}

/** Reads documents of sites without holding the thread that asks. Dispose it after use. */
export interface DocumentReader extends AsyncDisposable {
  /** @throws AppError `bad-input` for what takes too long or too much memory */
  readonly read: ReadDocument;
}

/** Smaller documents take less time than a thread. */
const MIN_BYTES = 64 * 2 ** 10;

/** The largest document that is fetched, 15 MB, takes three seconds where it is made to. */
const TIMEOUT_MS = 60_000;

const HEAP_MB = { old: 192, young: 8 };
const MAX_WAITING = 256;
const IDLE_MS = 5_000;

/** {@link DocumentReader} that starts a thread for large documents, which ends when it is idle. */
export function startDocumentReader({ minBytes = MIN_BYTES }: { readonly minBytes?: number } = {}): DocumentReader {
  const file = workerFile(import.meta.url, "document-worker");
  const side = new SideThread<DocumentTask>({
    start: (events) => {
      const thread = startThread<Answer<unknown>, DocumentTask>(
        { file, workerData: undefined, heapMb: HEAP_MB },
        events,
      );
      thread.holdProcess(false);
      return thread;
    },
    maxWaiting: MAX_WAITING,
    idleMs: IDLE_MS,
  });
  return {
    read: async (kind, document) => {
      if (document.bytes.length < minBytes) {
        const { readDocumentHere } = await import("./read-document.ts");
        return readDocumentHere(kind, document);
      }
      // A timer of its own keeps the process until the document has been read.
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(tooMuch(document)), TIMEOUT_MS);
      try {
        return await side.run({ kind, document }, { signal: stop.signal });
      } catch (error) {
        // The thread ended for want of memory: the document is at fault, and will be the next time.
        if (error instanceof AppError && error.code === "unavailable") throw tooMuch(document, error);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    [Symbol.asyncDispose]: () => side[Symbol.asyncDispose](),
  };
}

const tooMuch = ({ url }: SentDocument, cause?: unknown): AppError =>
  new AppError("bad-input", `${url} takes too long or too much memory to be read.`, { cause });
