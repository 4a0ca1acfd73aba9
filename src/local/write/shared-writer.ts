import type { ArchiveWriter } from "../../archive/writer.ts";
import { AppError } from "../../errors.ts";
import type { MergeSegments } from "../segment/merge-segments.ts";
import { mergeInThread } from "./merge-in-thread.ts";
import type { Writer } from "./writer.ts";

export type BorrowedWriter = ArchiveWriter & Pick<Writer, "backfill">;

export interface SharedWriterOptions {
  readonly open: () => Promise<Writer>;
  /** Told of a merge that failed; the next write tries again. */
  readonly onError: (error: unknown) => void;
  /** Default: in a thread of its own. */
  readonly merge?: MergeSegments;
}

/**
 * The writer of an opened archive: opened for the first who writes, shared by all, closed after the last, so that other processes
 * may write in between. What was written is merged beside, a tier at a time, while searches and writes go on. Dispose it to
 * stop: a merge under way is given up, and done by whoever writes next.
 */
export class SharedWriter implements AsyncDisposable {
  readonly #options: SharedWriterOptions;
  readonly #stop = new AbortController();
  #opened: Promise<Writer> | undefined;
  #users = 0;
  /** Merging, and closing what the last user left; never rejects. */
  #settling: Promise<void> = Promise.resolve();
  #isMerging = false;

  constructor(options: SharedWriterOptions) {
    this.#options = options;
  }

  /** Close it after use. @throws AppError as {@link Writer.open}. */
  async borrow(): Promise<BorrowedWriter> {
    this.#users++;
    try {
      const writer = await this.#open();
      return this.#lend(writer);
    } catch (error) {
      this.#users--;
      throw error;
    }
  }

  /** Waits until what was written is merged and the lock is given back, unless somebody goes on writing. */
  async settle(): Promise<void> {
    await this.#settling;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#settling;
  }

  #lend(writer: Writer): BorrowedWriter {
    const firstKey = writer.nextKey;
    const asked = new Set<Promise<unknown>>();
    let closing: Promise<void> | undefined;
    const ask = <T>(write: () => Promise<T>): Promise<T> => {
      if (closing !== undefined)
        return Promise.reject(new AppError("unavailable", "The writer has been closed; borrow another."));
      const answer = write();
      asked.add(answer);
      const forget = (): unknown => asked.delete(answer);
      answer.then(forget, forget);
      return answer;
    };
    const close = async (): Promise<void> => {
      // Whoever asked is told of a failure.
      await Promise.allSettled(asked);
      this.#users--;
      this.#mergeBeside(writer);
    };
    return {
      put: (articles) =>
        ask(async () => {
          const result = await writer.put(articles, firstKey);
          // Of a long import too: its segments must not pile up until it ends.
          this.#mergeBeside(writer);
          return result;
        }),
      prepare: (articles) => {
        if (closing === undefined) writer.prepare(articles);
      },
      remove: (ids, options) => ask(() => writer.remove(ids, options)),
      knowShare: (share) => writer.knowShare(share),
      finish: (options) => ask(() => writer.finish(options)),
      compact: (options) => ask(() => writer.compact(options)),
      backfill: (options) => ask(() => writer.backfill(options)),
      close: () => {
        closing ??= close();
        return closing;
      },
    };
  }

  async #open(): Promise<Writer> {
    // A writer that is being closed still holds the lock.
    if (!this.#isMerging) await this.#settling;
    this.#opened ??= this.#options.open();
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  #mergeBeside(writer: Writer): void {
    if (this.#isMerging) return;
    this.#isMerging = true;
    this.#settling = this.#mergeAndLeave(writer);
  }

  async #mergeAndLeave(writer: Writer): Promise<void> {
    const { merge = mergeInThread, onError } = this.#options;
    const { signal } = this.#stop;
    try {
      while (writer.mergesBeside && !signal.aborted && (await writer.mergeBeside(merge, signal)));
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    this.#isMerging = false;
    if (this.#users > 0) return;
    this.#opened = undefined;
    await writer.close().catch(onError);
  }
}
