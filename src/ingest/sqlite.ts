import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { AppError } from "../errors.ts";
import { type CellDecoder, createCellDecoder } from "./cell-decoder.ts";
import { badInput, cutText, type RawRecord, type RecordStream } from "./record.ts";
import type { Remedies } from "./remedies.ts";
import { chooseTable, quoteName, type Table } from "./sqlite-table.ts";

export interface SqliteReaderOptions {
  /** As people know the file. */
  readonly name: string;
  /** The table or view to read; by default the one whose columns look most like an article's. */
  readonly table?: string | undefined;
  /** Columns that `--map` names: they must be there. */
  readonly mapped: readonly string[];
  /** The encoding of its text, where programs have stored other bytes than those of the database's own. */
  readonly encoding?: string | undefined;
  readonly remedies?: Remedies | undefined;
  readonly onRemark?: ((text: string) => void) | undefined;
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
    const decoder = await createCellDecoder(options);
    const statement = database.prepare(toQuery(database, table));
    // Ids of 64 bits must not be rounded; the mapper reads both kinds of numbers.
    statement.setReadBigInts(true);
    let row = 0;
    let group: RawRecord[] = [];
    for (const value of statement.iterate()) {
      row++;
      group.push(toRecord(row, value, decoder));
      if (group.length === ROWS_PER_GROUP) {
        yield group;
        group = [];
      }
    }
    yield group;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw badInput(`${options.name} is damaged or no SQLite database: ${messageOf(error)}.`, { cause: error });
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
  throw badInput(`${name} cannot be read as an SQLite database: ${messageOf(first)}.`, { cause: first });
}

/**
 * Text comes as the bytes that are stored: SQLite takes any, and would give U+FFFD for those that are no UTF-8. A database of UTF-16
 * holds text alone.
 */
function toQuery(database: DatabaseSync, { name, columns }: Table): string {
  const encoding = String(database.prepare("PRAGMA encoding").get()?.encoding ?? "");
  const from = `FROM ${quoteName(name)}`;
  if (!/^utf-?8$/i.test(encoding)) return `SELECT * ${from}`;
  const selected = columns.map((column) => {
    const quoted = quoteName(column);
    return `CASE typeof(${quoted}) WHEN 'text' THEN CAST(${quoted} AS BLOB) ELSE ${quoted} END AS ${quoted}`;
  });
  return `SELECT ${selected.join(", ")} ${from}`;
}

function toRecord(line: number, cells: Record<string, unknown>, decoder: CellDecoder): RawRecord {
  let problem: string | undefined;
  const value: Record<string, unknown> = Object.create(null);
  for (const name in cells) {
    const cell = cells[name];
    if (!(cell instanceof Uint8Array)) {
      value[name] = cell;
      continue;
    }
    const decoded = decoder.decode(cell);
    if (typeof decoded === "object") problem ??= `${name} ${decoded.problem}`;
    else value[name] = decoded;
  }
  const excerpt = (): string => cutText(rowToText(value));
  return problem === undefined ? { line, value, excerpt } : { line, problem, excerpt };
}

const rowToText = (row: Record<string, unknown>): string =>
  JSON.stringify(row, (_name, value) => (typeof value === "bigint" ? String(value) : value));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
