import { AppError } from "../errors.ts";

/** Several reads of one state of an archive that is written to may lose it this often before they are given up. */
const MAX_ATTEMPTS = 3;

export const isSnapshotGone = (error: unknown): boolean => error instanceof AppError && error.code === "snapshot-gone";

/**
 * Reads that belong together, e.g. the searches of one page: `read` takes the newest state and pins the rest to it. It begins again
 * where that state is dropped between two of them. @throws AppError `snapshot-gone` where that happens each time.
 */
export async function readAgainWhenGone<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (!isSnapshotGone(error) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
