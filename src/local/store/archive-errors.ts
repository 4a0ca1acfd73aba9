/** What failures of SQLite and of the file system mean for whoever has an archive open. */
import { AppError, isSystemError } from "../../errors.ts";

/** SQLite's primary result codes that mean something to a user. */
const SQLITE_ERROR = 1;
export const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
export const SQLITE_CANTOPEN = 14;
const SQLITE_CONSTRAINT = 19;
const SQLITE_MISMATCH = 20;
const SQLITE_NOTADB = 26;

export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

/**
 * Every statement is fixed and every value fits its column, so an error in a statement, a broken constraint or a number beyond
 * all bounds means that the database is not as it was written.
 */
const DAMAGE_CODES = [SQLITE_ERROR, SQLITE_CORRUPT, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_NOTADB];

const isOutOfRange = (error: unknown): boolean => isSystemError(error, "ERR_OUT_OF_RANGE");

/** Runs `action`, turning failures of SQLite and of the file system into AppErrors that say what to do. */
export function translateErrors<T>(folder: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw toArchiveError(folder, error);
  }
}

export function toArchiveError(folder: string, error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = sqliteCode(error);
  if (code === SQLITE_FULL || isSystemError(error, "ENOSPC", "EDQUOT"))
    return new AppError(
      "disk-full",
      `The disk that holds ${folder} is full. What was stored before is safe; free some space and start again.`,
      { cause: error },
    );
  if (code === SQLITE_BUSY)
    return new AppError("archive-locked", `The archive in ${folder} is busy: another process is writing to it.`, {
      cause: error,
      retryAfterS: 10,
    });
  if ((code !== undefined && DAMAGE_CODES.includes(code)) || isOutOfRange(error))
    return new AppError(
      "archive-damaged",
      `The database of the archive in ${folder} is damaged or is no SQLite file.`,
      { cause: error, remedy: { code: "verify" } },
    );
  if (
    code === SQLITE_READONLY ||
    code === SQLITE_CANTOPEN ||
    code === SQLITE_IOERR ||
    isSystemError(error, "EACCES", "EPERM", "EROFS", "ENOTDIR")
  )
    return new AppError("io", `The archive in ${folder} cannot be read or written: ${messageOf(error)}.`, {
      cause: error,
    });
  return error;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
