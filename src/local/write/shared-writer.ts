import type { ArchiveWriter } from "../../archive/writer.ts";
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
 * The writer of a process that serves: opened for the first who writes, shared by all, closed after the last, so that others
 * may write in between. What was written is merged beside, a tier at a time, while searches and writes go on. Dispose it to
 * stop: a merge under way is given up, and done by whoever writes next.
 */
export class SharedWriter implements AsyncDisposable {
  readonly #options: SharedWriterOptions;
  readonly #stop = new AbortController();
  #opened: Promise<Writer> | undefined;
  #users = 0;
  /** Merging and closing what the last user left; never rejects. */
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
      let isOpen = true;
      return {
        put: (articles) => writer.put(articles),
        remove: (ids) => writer.remove(ids),
        knowShare: (share) => writer.knowShare(share),
        finish: (options) => writer.finish(options),
        compact: (options) => writer.compact(options),
        backfill: (options) => writer.backfill(options),
        close: async () => {
          if (isOpen) this.#leave(writer);
          isOpen = false;
        },
      };
    } catch (error) {
      this.#users--;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#settling;
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

  #leave(writer: Writer): void {
    this.#users--;
    if (this.#users > 0 || this.#isMerging) return;
    this.#isMerging = true;
    this.#settling = this.#settle(writer);
  }

  async #settle(writer: Writer): Promise<void> {
    const { merge = mergeInThread, onError } = this.#options;
    const { signal } = this.#stop;
    try {
      while (!signal.aborted && (await writer.mergeBeside(merge, signal)));
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    this.#isMerging = false;
    if (this.#users > 0) return;
    this.#opened = undefined;
    await writer.close().catch(onError);
  }
}
