import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { AppError, isSystemError } from "../../errors.ts";

/** In the archive's folder. */
export const SOURCES_FILE = "sources.db";
export const sourcesPath = (folder: string): string => join(folder, SOURCES_FILE);

/**
 * What is followed, when it is looked at next, and which items were seen. A database of its own: a source can be added or paused while
 * another process writes articles, and a check that is broken off between the two is made again.
 *
 * `item_key` says which article a GUID, an address or a content stands for; `item` what a source showed of an article last. An item is
 * claimed (both rows, without a hash) before its article is put, and gets its hash after: whatever stops a check in between, the next one
 * puts the same article under the same id. What a failing disk or power takes of the last moments is looked at again in the same way, so no
 * transaction waits for the disk.
 */
const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE source (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  address TEXT NOT NULL UNIQUE,
  name TEXT,
  title TEXT,
  full_text TEXT NOT NULL,
  afterwards TEXT NOT NULL,
  status TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT '{}',
  next_check_ms REAL NOT NULL,
  steady_due_ms REAL,
  interval_ms REAL NOT NULL,
  asked_wait_ms REAL NOT NULL DEFAULT 0,
  moved_to TEXT,
  moved_count INTEGER NOT NULL DEFAULT 0,
  added_ms REAL NOT NULL,
  checked_ms REAL,
  succeeded_ms REAL,
  changed_ms REAL,
  failures INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  notice TEXT,
  missed_ms REAL,
  checks INTEGER NOT NULL DEFAULT 0,
  articles INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX source_next ON source (next_check_ms) WHERE status = 'active';
CREATE TABLE item_key (key TEXT PRIMARY KEY, article_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE item (
  article_id TEXT NOT NULL,
  source_id INTEGER NOT NULL,
  hash TEXT NOT NULL,
  title TEXT NOT NULL,
  url TEXT,
  published_ms REAL,
  length INTEGER NOT NULL,
  found_ms REAL NOT NULL,
  PRIMARY KEY (article_id, source_id)
) WITHOUT ROWID;
CREATE INDEX item_source ON item (source_id, found_ms);
CREATE TABLE page (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  article_id TEXT NOT NULL UNIQUE,
  source_id INTEGER NOT NULL,
  url TEXT NOT NULL,
  article TEXT NOT NULL,
  next_try_ms REAL NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  problem TEXT
);
CREATE INDEX page_next ON page (next_try_ms);
`,
  // Hubs that tell of what is new.
  `
CREATE TABLE push (
  source_id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,
  hub TEXT NOT NULL,
  topic TEXT NOT NULL,
  status TEXT NOT NULL,
  until_ms REAL,
  next_try_ms REAL NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  told_ms REAL,
  told_gap_ms REAL NOT NULL DEFAULT 0
);
`,
];

/** The version of the tables, which each change of them raises by one. */
export const LATEST_SOURCES_VERSION = MIGRATIONS.length;

/** @throws AppError `io`, `archive-version` for one that a later version made */
export function openSourcesDatabase(folder: string): DatabaseSync {
  const path = sourcesPath(folder);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    try {
      database.exec("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      migrate(database, path);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = isSystemError(error) ? error.message : error instanceof Error ? error.message : String(error);
    throw new AppError("io", `What is followed cannot be read or written in ${path}: ${why}.`, { cause: error });
  }
}

/** Copies what is followed as it is at one moment, while it is in use; nothing where nothing is followed. */
export async function copySources(folder: string, target: string): Promise<void> {
  if (!existsSync(sourcesPath(folder))) return;
  const database = new DatabaseSync(sourcesPath(folder), { readOnly: true });
  try {
    await backup(database, sourcesPath(target));
  } finally {
    database.close();
  }
  const copy = new DatabaseSync(sourcesPath(target));
  // A journal in the copy would be a second file that belongs to it.
  copy.exec("PRAGMA journal_mode = DELETE");
  copy.close();
}

function migrate(database: DatabaseSync, path: string): void {
  inOneGo(database, () => {
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
    if (version > MIGRATIONS.length) {
      throw new AppError("archive-version", `${path} was made by a later version of wenxun; use that one.`);
    }
    for (const statements of MIGRATIONS.slice(version)) database.exec(statements);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

/** One transaction: all of it is durable, or none. */
export function inOneGo<T>(database: DatabaseSync, change: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = change();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
