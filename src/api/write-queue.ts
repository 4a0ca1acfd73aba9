import type { Archive } from "../archive/archive.ts";
import type { ArchiveWriter } from "../archive/writer.ts";
import { AppError } from "../errors.ts";
import { SerialQueue } from "../threads/serial-queue.ts";

/** Requests that may wait for the archive while one is written. What their bodies take is bounded where they are received. */
const MAX_WAITING = 16;

/** Requests that write take turns, and are sent away where too many wait. */
export class WriteQueue {
  readonly #queue = new SerialQueue();

  /**
   * Lends the task a writer when its turn has come.
   * @throws AppError `overloaded` where too many requests wait, or what borrowing the writer or the task throws
   */
  async run<T>(archive: Pick<Archive, "borrowWriter">, task: (writer: ArchiveWriter) => Promise<T>): Promise<T> {
    // One runs, the others wait.
    if (this.#queue.held > MAX_WAITING)
      throw new AppError("overloaded", "Too many requests wait to write; send them one by one.");
    return this.#queue.run(async () => {
      const writer = await archive.borrowWriter();
      try {
        return await task(writer);
      } finally {
        await writer.close();
      }
    });
  }
}
