import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { AppError, isSystemError } from "../errors.ts";
import { writeMark } from "./commit-mark.ts";
import { databasePath, openDatabase, readSetting, segmentFolder, segmentPath, toArchiveError } from "./database.ts";
import { syncFolder } from "./segment/segment-writer.ts";

/** How often it begins anew when merges remove segments faster than they are copied. */
const ATTEMPTS = 5;

export interface BackupReport {
  readonly segments: number;
  readonly articles: number;
}

/**
 * Copies an archive as it is at one commit into a new folder, while searches and imports go on. The copy is an archive like
 * any other: to restore it, put it in the place of the old folder. Where the file system can, segments share their blocks
 * with the original. Until everything is copied and on the disk the folder is named `target.unfinished`; a run that was
 * killed leaves that behind, and the next one to the same target removes it.
 * @throws AppError `usage` when `target` exists and is not an empty folder; `archive-missing`, `archive-damaged`, `disk-full`,
 * `io`. Nothing is left of the copy then.
 */
export async function backupArchive(folder: string, target: string): Promise<BackupReport> {
  assertFree(target);
  const { database } = openDatabase(folder, "read");
  const unfinished = `${target}.unfinished`;
  try {
    for (let attempt = 1; ; attempt++) {
      rmSync(unfinished, { recursive: true, force: true });
      mkdirSync(segmentFolder(unfinished), { recursive: true });
      const report = await copyOnce(database, folder, unfinished);
      if (report !== undefined) {
        syncFolder(unfinished);
        if (existsSync(target)) rmSync(target, { recursive: true });
        renameSync(unfinished, target);
        syncFolder(dirname(target));
        return report;
      }
      if (attempt === ATTEMPTS)
        throw new AppError(
          "unavailable",
          `${folder} changed faster than it could be copied, ${ATTEMPTS} times. Try again when no import runs.`,
          { retryAfterS: 60 },
        );
    }
  } catch (error) {
    removeQuietly(unfinished);
    // What fails is nearly always the writing of the copy; damage is of the original.
    const told = toArchiveError(target, error);
    throw told instanceof AppError && told.code === "archive-damaged" ? toArchiveError(folder, error) : told;
  } finally {
    database.close();
  }
}

function assertFree(target: string): void {
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats === undefined || (stats.isDirectory() && readdirSync(target).length === 0)) return;
  const what = stats.isDirectory() ? "and is not empty" : "and is no folder";
  throw new AppError("usage", `${target} exists already ${what}. Name a new folder for the backup.`);
}

/** Copies the database, then the segments that the copy names; undefined when one of them was merged away meanwhile. */
async function copyOnce(database: DatabaseSync, folder: string, target: string): Promise<BackupReport | undefined> {
  await backup(database, databasePath(target));
  const copy = new DatabaseSync(databasePath(target));
  try {
    // A journal in the copy would be a second file that belongs to it.
    copy.exec("PRAGMA journal_mode = DELETE");
    const ids = copy
      .prepare("SELECT id FROM segment")
      .all()
      .map((row) => Number(row.id));
    for (const id of ids) {
      try {
        copyFileSync(segmentPath(folder, id), segmentPath(target, id), constants.COPYFILE_FICLONE);
      } catch (error) {
        if (isSystemError(error, "ENOENT")) return undefined;
        throw error;
      }
      syncFile(segmentPath(target, id));
    }
    syncFolder(segmentFolder(target));
    writeMark(target, Number(readSetting(copy, "commit")));
    const articles = copy.prepare("SELECT count(*) AS articles FROM article WHERE replaced_ms IS NULL").get()?.articles;
    return { segments: ids.length, articles: Number(articles) };
  } finally {
    copy.close();
  }
}

function syncFile(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
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
