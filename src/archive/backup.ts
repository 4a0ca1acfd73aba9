import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { AppError, isSystemError } from "../errors.ts";
import { databasePath, openDatabase, segmentFolder, segmentPath, toArchiveError } from "./database.ts";

/** How often it begins anew when merges remove segments faster than they are copied. */
const ATTEMPTS = 5;

export interface BackupReport {
  readonly segments: number;
  readonly articles: number;
}

/**
 * Copies an archive as it is at one commit into a new folder, while searches and imports go on. The copy is an archive like
 * any other: to restore it, put it in the place of the old folder. Where the file system can, segments share their blocks
 * with the original.
 * @throws AppError `usage` when `target` exists and is not empty; `archive-missing`, `archive-damaged`, `disk-full`, `io`.
 */
export async function backupArchive(folder: string, target: string): Promise<BackupReport> {
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new AppError("usage", `${target} exists already and is not empty. Name a new folder for the backup.`);
  const unfinished = `${target}.unfinished`;
  try {
    for (let attempt = 1; ; attempt++) {
      rmSync(unfinished, { recursive: true, force: true });
      mkdirSync(segmentFolder(unfinished), { recursive: true });
      const report = await copyOnce(folder, unfinished);
      if (report !== undefined) {
        mkdirSync(dirname(target), { recursive: true });
        if (existsSync(target)) rmSync(target, { recursive: true });
        renameSync(unfinished, target);
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
    rmSync(unfinished, { recursive: true, force: true });
    throw toArchiveError(folder, error);
  }
}

/** Copies the database, then the segments that the copy names; undefined when one of them was merged away meanwhile. */
async function copyOnce(folder: string, target: string): Promise<BackupReport | undefined> {
  const { database } = openDatabase(folder, "read");
  try {
    await backup(database, databasePath(target));
  } finally {
    database.close();
  }
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
    }
    const articles = copy.prepare("SELECT count(*) AS articles FROM article WHERE replaced_ms IS NULL").get()?.articles;
    return { segments: ids.length, articles: Number(articles) };
  } finally {
    copy.close();
  }
}
