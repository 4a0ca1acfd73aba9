import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { makeFolder } from "../../disk/make-folder.ts";
import { syncFolder } from "../../disk/sync-folder.ts";
import { AppError, isSystemError } from "../../errors.ts";
import { SYNONYMS_FILE } from "../../text/synonyms.ts";
import { toArchiveError } from "../store/archive-errors.ts";
import { archiveLogPath } from "../store/archive-log.ts";
import { writeMark } from "../store/commit-mark.ts";
import { databasePath, openDatabase, readSetting, segmentFolder, segmentPath } from "../store/database.ts";

/** How often the state is taken anew when a merge removes one of its segments before they are all open. */
const ATTEMPTS = 5;
const COPY_BYTES = 1 << 20;

export interface BackupReport {
  readonly segments: number;
  readonly articles: number;
}

/** Copies what must not be newer than the articles of the copy into its folder. */
export type CopyFirst = (target: string) => Promise<void>;

const synonymsPath = (folder: string): string => join(folder, SYNONYMS_FILE);

/**
 * Copies an archive as it is at one commit into a new folder, while searches and imports go on. The copy is an archive like
 * any other: to restore it, put it in the place of the old folder. Where the file system can, segments share their blocks
 * with the original. Until everything is copied and on the disk the folder is named `target.unfinished`; a run that was
 * killed leaves that behind, and the next one to the same target removes it.
 * @throws AppError `usage` when `target` exists and is not an empty folder; `archive-missing`, `archive-damaged`, `disk-full`,
 * `io`. Nothing is left of the copy then.
 */
export async function backupArchive(folder: string, target: string, first?: CopyFirst): Promise<BackupReport> {
  assertFree(target);
  const { database } = openDatabase(folder, "read");
  const unfinished = `${target}.unfinished`;
  let segments: readonly OpenSegment[] = [];
  try {
    rmSync(unfinished, { recursive: true, force: true });
    makeFolder(segmentFolder(unfinished));
    await first?.(unfinished);
    segments = openState(folder, database);
    const articles = await copyDatabase(database, unfinished);
    for (const segment of segments) copySegment(segment, unfinished);
    for (const pathIn of [archiveLogPath, synonymsPath])
      if (existsSync(pathIn(folder))) copyFileSync(pathIn(folder), pathIn(unfinished));
    syncFolder(segmentFolder(unfinished));
    syncFolder(unfinished);
    if (existsSync(target)) rmSync(target, { recursive: true });
    renameSync(unfinished, target);
    syncFolder(dirname(target));
    return { segments: segments.length, articles };
  } catch (error) {
    removeQuietly(unfinished);
    // What fails is nearly always the writing of the copy; damage is of the original.
    const told = toArchiveError(target, error);
    throw told instanceof AppError && told.code === "archive-damaged" ? toArchiveError(folder, error) : told;
  } finally {
    for (const { file } of segments) closeSync(file);
    database.close();
  }
}

function assertFree(target: string): void {
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats === undefined || (stats.isDirectory() && readdirSync(target).length === 0)) return;
  const what = stats.isDirectory() ? "and is not empty" : "and is no folder";
  throw new AppError("usage", `${target} exists already ${what}. Name a new folder for the backup.`);
}

interface OpenSegment {
  readonly id: number;
  readonly path: string;
  readonly file: number;
}

/**
 * Begins a transaction and opens the segments of its state. The transaction holds the database as it is, also for the copy,
 * which would begin anew with each commit of another process; what is open can be read though a merge removes it.
 */
function openState(folder: string, database: DatabaseSync): OpenSegment[] {
  for (let attempt = 1; ; attempt++) {
    database.exec("BEGIN");
    const segments: OpenSegment[] = [];
    try {
      for (const row of database.prepare("SELECT id FROM segment ORDER BY id").all()) {
        const path = segmentPath(folder, Number(row.id));
        segments.push({ id: Number(row.id), path, file: openSync(path, "r") });
      }
      return segments;
    } catch (error) {
      for (const { file } of segments) closeSync(file);
      database.exec("ROLLBACK");
      if (!isSystemError(error, "ENOENT")) throw error;
      if (attempt === ATTEMPTS)
        throw new AppError(
          "archive-damaged",
          `A segment of the archive in ${folder} is missing: ${error.path}. Mend it before the backup.`,
          { cause: error, remedy: { code: "repair" } },
        );
    }
  }
}

/** Returns how many articles the copy has. */
async function copyDatabase(database: DatabaseSync, target: string): Promise<number> {
  await backup(database, databasePath(target));
  const copy = new DatabaseSync(databasePath(target));
  try {
    // A journal in the copy would be a second file that belongs to it.
    copy.exec("PRAGMA journal_mode = DELETE");
    writeMark(target, Number(readSetting(copy, "commit")));
    const row = copy.prepare("SELECT count(*) AS articles FROM article WHERE replaced_ms IS NULL").get();
    return Number(row?.articles);
  } finally {
    copy.close();
  }
}

function copySegment({ id, path, file }: OpenSegment, target: string): void {
  const copy = segmentPath(target, id);
  try {
    copyFileSync(path, copy, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
    copyBytes(file, copy);
  }
  const written = openSync(copy, "r+");
  try {
    fsyncSync(written);
  } finally {
    closeSync(written);
  }
}

/** Copies an open file that has no name any more. */
function copyBytes(from: number, path: string): void {
  const buffer = Buffer.allocUnsafe(COPY_BYTES);
  const to = openSync(path, "w");
  try {
    for (let position = 0; ; ) {
      const count = readSync(from, buffer, 0, COPY_BYTES, position);
      if (count === 0) return;
      writeFileSync(to, buffer.subarray(0, count));
      position += count;
    }
  } finally {
    closeSync(to);
  }
}

/** What went wrong is to be told, not that it cannot be cleared away. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // See above; the next backup to this target tries again.
  }
}
