import type { Stats } from "node:fs";
import { lstat, mkdir, readdir, rename, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { AppError, isSystemError } from "../../errors.ts";
import { isWebArchive } from "../web-archives/captured-pages.ts";

/** A file of a folder that is followed. */
export interface FolderFile {
  readonly name: string;
  readonly path: string;
  /** Changes when the file does. */
  readonly mark: string;
  readonly changedMs: number;
}

/** Where files go that have been read, if they are to be moved. */
const READ_FOLDER = "read";

const PAGES = new Set([".html", ".htm", ".xhtml", ".shtml"]);
/** Kinds of files that an import reads, packed or not. */
const RECORDS = /\.(?:jsonl|ndjson|json|csv|tsv|xml|rss|atom|rdf|db|sqlite3?)(?:\.gz)?$/i;

export const isSavedPage = (name: string): boolean => PAGES.has(extname(name).toLowerCase());

const isReadable = (name: string): boolean => isSavedPage(name) || RECORDS.test(name) || isWebArchive(name);

/**
 * The files of a folder that can be read, by name. Links are none of them: whoever may write into the folder could have files read with them that
 * they may not read themselves.
 * @throws AppError `bad-input` for a folder that is not there or cannot be read
 */
export async function findFiles(folder: string): Promise<readonly FolderFile[]> {
  try {
    const names = (await readdir(folder)).filter((name) => !name.startsWith(".") && isReadable(name)).sort();
    const files: FolderFile[] = [];
    for (const name of names) {
      const path = join(folder, name);
      const stats = await statIfThere(path);
      if (stats === undefined || !stats.isFile()) continue;
      files.push({ name, path, mark: `${stats.size}:${stats.mtimeMs}`, changedMs: stats.mtimeMs });
    }
    return files;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const what = error.code === "ENOENT" ? "is not there" : `cannot be read (${error.code})`;
    throw new AppError("bad-input", `The folder ${folder} ${what}.`, { cause: error });
  }
}

/** What stands at a path itself; undefined for a file that others took away while the folder was read. */
export async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Moves a file that has been read into a folder beside it, where none is written over. */
export async function moveAway(folder: string, file: FolderFile): Promise<void> {
  const target = join(folder, READ_FOLDER);
  await mkdir(target, { recursive: true });
  for (let number = 1; ; number++) {
    const name = number === 1 ? file.name : `${number}-${file.name}`;
    const isTaken = await stat(join(target, name)).then(
      () => true,
      () => false,
    );
    if (isTaken) continue;
    await rename(file.path, join(target, name));
    return;
  }
}
