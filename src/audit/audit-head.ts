import { closeSync, existsSync, openSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
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

/** How often it looks whether the other has done so. */
const RETRY_MS = 5;

/** SQLITE_NOTADB and SQLITE_CORRUPT. */
const DAMAGED = new Set([26, 11]);

/** SQLITE_BUSY. */
const BUSY = 5;

export const headPath = (folder: string): string => join(folder, HEAD_FILE);

/**
 * Lets one process at a time go on with a log. `write` is told where the log ends (undefined where that is not noted) and says where it
 * ends then; if it throws, nothing changes. SQLite holds the lock, which the operating system releases however a process ends. Nothing
 * waits for another process but the promise: the thread goes on. One call at a time.
 */
export async function withAuditHead(
  folder: string,
  write: (head: AuditHead | undefined) => Promise<AuditHead>,
): Promise<void> {
  using database = await whenFree(() => openHead(folder));
  // The lines are flushed to the disk, and where they end can be told from them after a loss of power: no need to wait for the note too.
  database.exec("PRAGMA synchronous = OFF");
  await whenFree(() => database.exec("BEGIN IMMEDIATE"));
  try {
    database.exec(
      "CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER, hash TEXT, file INTEGER, bytes INTEGER)",
    );
    const { seq, hash, file, bytes } = await write(selectHead(database));
    database.prepare("INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?, ?)").run(seq, hash, file, bytes);
    await whenFree(() => database.exec("COMMIT"));
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Tries until no other process holds what is needed, letting the thread do other work in between. */
async function whenFree<T>(act: () => T): Promise<T> {
  for (const endMs = performance.now() + BUSY_MS; ; ) {
    try {
      return act();
    } catch (error) {
      if (!isBusy(error) || performance.now() > endMs) throw error;
    }
    // Not all at the same moment.
    await wait(RETRY_MS * (0.5 + Math.random()));
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
  const database = new DatabaseSync(path, { timeout: 0 });
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

/** The primary code of an error of SQLite. */
const codeOf = (error: unknown): number =>
  error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;

const isDamaged = (error: unknown): boolean => DAMAGED.has(codeOf(error));

const isBusy = (error: unknown): boolean => codeOf(error) === BUSY;
