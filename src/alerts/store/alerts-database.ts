import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { AppError } from "../../errors.ts";

/** In the archive's folder. */
export const ALERTS_FILE = "alerts.db";
export const alertsPath = (folder: string): string => join(folder, ALERTS_FILE);

/**
 * Searches that are followed, what of the archive has been held against them, and what is to be sent.
 *
 * `progress.sequence` is the last article of the archive, in the order in which articles were stored, that was held against the searches. It
 * moves in the transaction that adds the notices of the articles before it, so whatever stops wenxun, no article is passed over, and what is
 * held against a search again adds nothing: a notice is unique by alert, article and edition. `checkpoint` says which article stood at some
 * sequences, to find out where an archive that was restored from a backup parted from the one that was known.
 *
 * A notice waits until a delivery takes it, one or many together. A delivery is sent again, under the same name, until it is known to have
 * arrived. What a power failure takes of the last moments is done again in the same way, so no transaction waits for the disk.
 */
const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE alert (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  search TEXT NOT NULL,
  in_pieces INTEGER NOT NULL,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  rhythm TEXT NOT NULL,
  digest_minute INTEGER NOT NULL,
  timezone TEXT NOT NULL,
  language TEXT NOT NULL,
  status TEXT NOT NULL,
  problem TEXT,
  since_sequence INTEGER NOT NULL,
  added_ms REAL NOT NULL,
  next_digest_ms REAL,
  sent_ms REAL,
  failures INTEGER NOT NULL DEFAULT 0,
  signing_secret TEXT,
  key TEXT NOT NULL UNIQUE
);
CREATE TABLE query_vector (alert_id INTEGER PRIMARY KEY, encoder TEXT NOT NULL, vector BLOB);
CREATE TABLE progress (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  archive TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  notice TEXT
);
CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL);
INSERT INTO revision VALUES (1, 0);
CREATE TABLE checkpoint (sequence INTEGER PRIMARY KEY, edition TEXT NOT NULL);
CREATE TABLE awaiting_vector (sequence INTEGER PRIMARY KEY, since_ms REAL NOT NULL);
CREATE TABLE notice (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  alert_id INTEGER NOT NULL,
  article_id TEXT NOT NULL,
  edition TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  group_id INTEGER NOT NULL,
  found_ms REAL NOT NULL,
  is_old INTEGER NOT NULL,
  is_copy INTEGER NOT NULL,
  delivery_id INTEGER,
  UNIQUE (alert_id, article_id, edition)
);
CREATE INDEX notice_group ON notice (alert_id, group_id);
CREATE INDEX notice_pending ON notice (alert_id) WHERE delivery_id IS NULL AND is_copy = 0;
CREATE INDEX notice_delivery ON notice (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX notice_found ON notice (found_ms);
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  alert_id INTEGER NOT NULL,
  message_id TEXT NOT NULL UNIQUE,
  is_digest INTEGER NOT NULL,
  created_ms REAL NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_ms REAL NOT NULL,
  claimed_until_ms REAL NOT NULL DEFAULT 0,
  finished_ms REAL,
  problem TEXT
);
CREATE INDEX delivery_due ON delivery (next_attempt_ms) WHERE status = 'waiting';
CREATE INDEX delivery_alert ON delivery (alert_id, created_ms);
CREATE TABLE seen_article (
  sequence INTEGER PRIMARY KEY,
  group_id INTEGER NOT NULL,
  sketch BLOB NOT NULL,
  has_title INTEGER NOT NULL,
  found_ms REAL NOT NULL
);
CREATE INDEX seen_article_found ON seen_article (found_ms);
CREATE TABLE seen_shingle (hash INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (hash, sequence)) WITHOUT ROWID;
CREATE INDEX seen_shingle_sequence ON seen_shingle (sequence);
`,
];

export const LATEST_ALERTS_VERSION = MIGRATIONS.length;

/**
 * Opens what is followed, which is made where there is none. It holds secrets and addresses, so its owner alone may read it.
 * @throws AppError `io`, `archive-version` for one that a later version made
 */
export function openAlertsDatabase(folder: string): DatabaseSync {
  const path = alertsPath(folder);
  try {
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
    const database = new DatabaseSync(path);
    try {
      database.exec("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      database.exec("PRAGMA secure_delete = ON; PRAGMA cache_size = -4096");
      migrate(database, path);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError("io", `Followed searches cannot be read or written in ${path}: ${why}.`, { cause: error });
  }
}

/** Copies followed searches as they are at one moment, while they are in use; nothing where there are none. */
export async function copyAlerts(folder: string, target: string): Promise<void> {
  if (!existsSync(alertsPath(folder))) return;
  const database = new DatabaseSync(alertsPath(folder), { readOnly: true });
  try {
    await backup(database, alertsPath(target));
  } finally {
    database.close();
  }
  chmodSync(alertsPath(target), 0o600);
  const copy = new DatabaseSync(alertsPath(target));
  // A journal in the copy would be a second file that belongs to it.
  copy.exec("PRAGMA journal_mode = DELETE");
  copy.close();
}

function migrate(database: DatabaseSync, path: string): void {
  inOneGo(database, () => {
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
    if (version > LATEST_ALERTS_VERSION) {
      throw new AppError("archive-version", `${path} was made by a later version of wenxun; use that one.`);
    }
    for (const statements of MIGRATIONS.slice(version)) database.exec(statements);
    database.exec(`PRAGMA user_version = ${LATEST_ALERTS_VERSION}`);
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
