import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../../errors.ts";
import { toArchiveError } from "../store/archive-errors.ts";

export const writeLockPath = (folder: string): string => join(folder, "write.lock");

/**
 * One writer per archive. The lock is an exclusive transaction on a file of its own, so the system frees it when the process
 * ends, however it ends, and no stale lock is ever left.
 * @throws AppError `archive-locked` when another process, or another writer of this one, holds it.
 */
export function takeWriteLock(folder: string): Disposable {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(writeLockPath(folder));
    database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    const translated = toArchiveError(folder, error);
    if (translated instanceof AppError && translated.code === "archive-locked")
      throw new AppError(
        "archive-locked",
        `The archive in ${folder} is being written by another process (an import, or a server that accepts articles). Wait until it has finished, or stop it.`,
        { cause: error, retryAfterS: 10 },
      );
    throw translated;
  }
  const held = database;
  return { [Symbol.dispose]: () => held.close() };
}
