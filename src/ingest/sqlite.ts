import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { AppError } from "../errors.ts";
import { usualPlace } from "./field-names.ts";
import { badInput, cutText, type RecordStream } from "./record.ts";

export interface SqliteReaderOptions {
  /** As people know the file. */
  readonly name: string;
  /** The table or view to read; by default the first table with a column for titles or bodies. */
  readonly table?: string | undefined;
  /** Columns that `--map` names: they must be there. */
  readonly mapped: readonly string[];
}

const ROWS_PER_GROUP = 256;

/**
 * The rows of a table, in the order in which they are stored. The database is opened for reading only and left as it was.
 * @throws AppError `bad-input` for what is no SQLite file, or has no such table.
 */
export async function* readSqlite(path: string, options: SqliteReaderOptions): RecordStream {
  const database = openReadOnly(path, options.name);
  try {
    const table = chooseTable(database, options);
    const statement = database.prepare(`SELECT * FROM ${quoteName(table)}`);
    // Ids of 64 bits must not be rounded; the mapper reads both kinds of numbers.
    statement.setReadBigInts(true);
    let row = 0;
    let group = [];
    for (const value of statement.iterate()) {
      row++;
      decodeBlobs(value);
      group.push({ line: row, value, excerpt: () => cutText(rowToText(value)) });
      if (group.length === ROWS_PER_GROUP) {
        yield group;
        group = [];
      }
    }
    yield group;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw badInput(`${options.name} is damaged or no SQLite database: ${messageOf(error)}.`, error);
  } finally {
    database.close();
  }
}

/** Writes an unpacked or piped-in database to a temporary file and reads it from there. */
export async function* readSqliteStream(chunks: AsyncIterable<Buffer>, options: SqliteReaderOptions): RecordStream {
  const folder = await mkdtemp(join(tmpdir(), "wenxun-import-"));
  try {
    const path = join(folder, "table.sqlite");
    await pipeline(chunks, createWriteStream(path));
    yield* readSqlite(path, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function openReadOnly(path: string, name: string): DatabaseSync {
  const url = pathToFileURL(path);
  let first: unknown;
  // A database in WAL mode cannot be opened in a folder without write permission, except as one that nobody changes.
  for (const search of ["", "?immutable=1"]) {
    url.search = search;
    try {
      const database = new DatabaseSync(url, { readOnly: true });
      database.prepare("SELECT count(*) FROM sqlite_schema").get();
      return database;
    } catch (error) {
      first ??= error;
    }
  }
  throw badInput(`${name} cannot be read as an SQLite database: ${messageOf(first)}.`, first);
}

function chooseTable(database: DatabaseSync, options: SqliteReaderOptions): string {
  const { name, table, mapped } = options;
  const listed = database
    .prepare(
      "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )
    .all() as { name: string; type: string }[];
  const tables = listed.map((entry) => ({ ...entry, columns: columnsOf(database, entry.name) }));
  const overview = tables.map((entry) => `${entry.name} (${entry.columns.slice(0, 12).join(", ")})`).join("; ");
  if (tables.length === 0) throw badInput(`${name} holds no table.`);

  const chosen =
    table === undefined
      ? tables.find((entry) => entry.type === "table" && suits(entry.columns, mapped))
      : tables.find((entry) => entry.name.toLowerCase() === table.toLowerCase());
  if (chosen === undefined) {
    const what = table === undefined ? "no table with a column for titles or bodies" : `no table "${table}"`;
    throw badInput(`${name} has ${what}. It holds ${overview}; --table and --map say what to read.`);
  }
  const missing = mapped.find((column) => !chosen.columns.includes(column));
  if (missing !== undefined) {
    throw badInput(
      `Table ${chosen.name} of ${name} has no column "${missing}". It holds ${chosen.columns.join(", ")}.`,
    );
  }
  return chosen.name;
}

function suits(columns: readonly string[], mapped: readonly string[]): boolean {
  if (mapped.length > 0) return mapped.every((column) => columns.includes(column));
  return columns.some((column) => /^(title|body)$/.test(usualPlace(column)?.field ?? ""));
}

const columnsOf = (database: DatabaseSync, table: string): string[] =>
  database
    .prepare("SELECT name FROM pragma_table_info(?)")
    .all(table)
    .map((column) => String(column.name));

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Text that was stored as bytes is text all the same. */
function decodeBlobs(row: Record<string, unknown>): void {
  for (const name in row) {
    const value = row[name];
    if (value instanceof Uint8Array) row[name] = decodeBlob(value);
  }
}

function decodeBlob(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined; // An image or the like: no text, so no field of an article.
  }
}

const rowToText = (row: Record<string, unknown>): string =>
  JSON.stringify(row, (_name, value) => (typeof value === "bigint" ? String(value) : value));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
