import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { AppError } from "../../errors.ts";
import { type FollowedSource, SourceStore } from "./source-store.ts";
import { LATEST_SOURCES_VERSION, sourcesPath } from "./sources-database.ts";

/**
 * What is followed, after a check of its database. Makes no file where nobody has it open.
 * @throws AppError `io` for one that is damaged or cannot be read, `archive-version` for one that a later version made
 */
export function inspectSources(folder: string): readonly FollowedSource[] {
  const path = sourcesPath(folder);
  const url = pathToFileURL(path);
  // Nobody has it open: it is read as a file that nobody writes, beside which SQLite makes none.
  if (!existsSync(`${path}-shm`) && !existsSync(`${path}-wal`)) url.search = "?immutable=1";
  try {
    using database = new DatabaseSync(url, { readOnly: true });
    const [{ quick_check: found } = {}] = database.prepare("PRAGMA quick_check(1)").all();
    if (found !== "ok") throw new AppError("io", `What is followed is damaged in ${path}: ${String(found)}.`);
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
    if (version > LATEST_SOURCES_VERSION)
      throw new AppError("archive-version", `${path} was made by a later version of wenxun; use that one.`);
    return new SourceStore(database).list();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError("io", `What is followed cannot be read in ${path}: ${reason}.`, { cause: error });
  }
}
