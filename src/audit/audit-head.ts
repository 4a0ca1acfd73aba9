import { closeSync, existsSync, openSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { giveToOwner } from "./audit-files.ts";
import type { ChainPoint } from "./chain.ts";

/** Where a log ends, noted apart from its lines: without it nobody could tell that its last lines were cut off. */
export interface AuditHead extends ChainPoint {
  /** Number of the file that is being written. */
  readonly file: number;
  /** Bytes of that file that belong to the log. */
  readonly bytes: number;
}

const HEAD_FILE = "head.db";

/** How long one process waits for another to note something. */
const BUSY_MS = 5000;

/** SQLITE_NOTADB and SQLITE_CORRUPT. */
const DAMAGED = new Set([26, 11]);

export const headPath = (folder: string): string => join(folder, HEAD_FILE);

/**
 * Lets one process at a time go on with a log. `write` is told where the log ends (undefined where that is not noted) and says where it
 * ends then; if it throws, nothing changes. SQLite holds the lock, which the operating system releases however a process ends.
 */
export function withAuditHead(folder: string, write: (head: AuditHead | undefined) => AuditHead): void {
  using database = openHead(folder);
  // The lines are flushed to the disk, and where they end can be told from them after a loss of power: no need to wait for the note too.
  database.exec("PRAGMA synchronous = OFF");
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec(
      "CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER, hash TEXT, file INTEGER, bytes INTEGER)",
    );
    const { seq, hash, file, bytes } = write(selectHead(database));
    database.prepare("INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?, ?)").run(seq, hash, file, bytes);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Where a log ends; undefined where that is not noted, or cannot be read any more. */
export function readAuditHead(folder: string): AuditHead | undefined {
  if (!existsSync(headPath(folder))) return undefined;
  try {
    using database = new DatabaseSync(headPath(folder), { readOnly: true, timeout: BUSY_MS });
    return selectHead(database);
  } catch (error) {
    if (isDamaged(error)) return undefined;
    throw error;
  }
}

function openHead(folder: string): DatabaseSync {
  const path = headPath(folder);
  if (!existsSync(path)) {
    // SQLite would make it for everybody to read.
    closeSync(openSync(path, "a", 0o600));
    giveToOwner(path);
  }
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    selectHead(database);
    return database;
  } catch (error) {
    database.close();
    if (!isDamaged(error)) throw error;
    renameSync(path, `${path}.damaged`);
    return openHead(folder);
  }
}

function selectHead(database: DatabaseSync): AuditHead | undefined {
  const [table] = database.prepare("SELECT name FROM sqlite_schema WHERE name = 'head'").all();
  if (table === undefined) return undefined;
  const row = database.prepare("SELECT seq, hash, file, bytes FROM head WHERE id = 1").get();
  if (row === undefined) return undefined;
  return { seq: Number(row.seq), hash: String(row.hash), file: Number(row.file), bytes: Number(row.bytes) };
}

const isDamaged = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && DAMAGED.has(Number(error.errcode) & 0xff);
