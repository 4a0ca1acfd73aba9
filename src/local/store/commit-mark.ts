import { closeSync, constants, ftruncateSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { isSystemError } from "../../errors.ts";

/**
 * The number of the last commit, outside the database. SQLite takes a journal that is cut, lost or damaged for one that
 * ended there, and what had been committed in it would be gone without a word; the mark still knows of it.
 */
export const MARK_FILE = "last-commit";
const MARK_BYTES = 24;

const encode = (commit: number): string => {
  const number = String(commit).padStart(14, "0");
  return `${number} ${crc32(number).toString(16).padStart(8, "0")}\n`;
};

/** To be called when the commit is durable. A crash before leaves an older mark, which does no harm. */
export function writeMark(folder: string, commit: number): void {
  try {
    const file = openSync(join(folder, MARK_FILE), constants.O_WRONLY | constants.O_CREAT);
    try {
      writeSync(file, encode(commit), 0);
      ftruncateSync(file, MARK_BYTES);
    } finally {
      closeSync(file);
    }
  } catch {
    // The commit is durable all the same; the next one writes the mark again.
  }
}

/** The last commit that is known to have been durable; undefined where there is no mark yet, `damaged` where it is none. */
export function readMark(folder: string): number | "damaged" | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, MARK_FILE), "latin1");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    return "damaged";
  }
  if (text === "") return undefined;
  const commit = Number.parseInt(text, 10);
  return text.length === MARK_BYTES && text === encode(commit) ? commit : "damaged";
}

/** When the last commit was made, in ms since 1970 UTC; undefined where there is none yet. */
export const lastCommitMs = (folder: string): number | undefined =>
  statSync(join(folder, MARK_FILE), { throwIfNoEntry: false })?.mtimeMs;
