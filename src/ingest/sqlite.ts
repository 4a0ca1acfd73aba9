import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { AppError } from "../errors.ts";
import { type CellDecoder, createCellDecoder } from "./cell-decoder.ts";
import { badInput, cutText, MAX_RECORD_BYTES, type RawRecord, type RecordStream } from "./record.ts";
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
      group.push(toRecord(row, value, decoder, table.columns));
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

/** Stands before the columns of a row for what each of its cells holds, a letter a column. */
const KINDS_OF_CELLS = "wenxun: kinds of cells";
const TOO_LONG = "l";
const TEXT = "t";
const OTHER = "o";

/** What a database gives in a row, at most. */
const MAX_COLUMNS = 2000;
/** Of a table with so many columns and fewer, each cell may be as long as a record. */
const FEW_COLUMNS = 16;

const maxCellBytes = (columns: number): number =>
  Math.floor((MAX_RECORD_BYTES * FEW_COLUMNS) / Math.max(FEW_COLUMNS, columns));

/**
 * Text comes as the bytes that are stored: SQLite takes any, and would give U+FFFD for those that are no UTF-8. A database of UTF-16
 * holds text alone. What is too long is not loaded: SQLite knows the length of a cell without reading it.
 */
function toQuery(database: DatabaseSync, { name, columns }: Table): string {
  const encoding = String(database.prepare("PRAGMA encoding").get()?.encoding ?? "");
  const isUtf8 = /^utf-?8$/i.test(encoding);
  const from = `FROM ${quoteName(name)}`;
  if (columns.length >= MAX_COLUMNS) return `SELECT * ${from}`;
  const quoted = columns.map(quoteName);
  const isTooLong = (column: string): string => `octet_length(${column}) > ${maxCellBytes(columns.length)}`;
  const isText = (column: string): string => `typeof(${column}) = 'text'`;
  const selected = quoted.map((column) => {
    const asBytes = isUtf8 ? ` WHEN ${isText(column)} THEN CAST(${column} AS BLOB)` : "";
    return `CASE WHEN ${isTooLong(column)} THEN NULL${asBytes} ELSE ${column} END AS ${column}`;
  });
  const kinds = quoted.map(
    (column) =>
      `CASE WHEN ${isTooLong(column)} THEN '${TOO_LONG}' WHEN ${isText(column)} THEN '${TEXT}' ELSE '${OTHER}' END`,
  );
  return `SELECT ${[`${joined(kinds)} AS ${quoteName(KINDS_OF_CELLS)}`, ...selected].join(", ")} ${from}`;
}

/** Halved again and again, since SQLite takes no expression that is nested as deep as a table may have columns. */
function joined(terms: readonly string[]): string {
  const [only = "''"] = terms;
  if (terms.length <= 1) return only;
  const middle = terms.length >> 1;
  return `(${joined(terms.slice(0, middle))} || ${joined(terms.slice(middle))})`;
}

function toRecord(
  line: number,
  cells: Record<string, unknown>,
  decoder: CellDecoder,
  columns: readonly string[],
): RawRecord {
  const kinds = String(cells[KINDS_OF_CELLS] ?? "");
  let problem = kinds.includes(TOO_LONG)
    ? `has a cell that is longer than ${toMegabytes(maxCellBytes(columns.length))} MB`
    : undefined;
  const value: Record<string, unknown> = Object.create(null);
  for (const [index, name] of columns.entries()) {
    const cell = cells[name];
    if (!(cell instanceof Uint8Array)) {
      value[name] = cell;
      continue;
    }
    const decoded = decoder.decode(cell, kinds[index] === TEXT);
    if (typeof decoded === "object") problem ??= `${name} ${decoded.problem}`;
    else value[name] = decoded;
  }
  const excerpt = (): string => cutText(rowToText(value));
  return problem === undefined ? { line, value, excerpt } : { line, problem, excerpt };
}

const toMegabytes = (bytes: number): string => String(Number((bytes / 1024 / 1024).toPrecision(2)));

const rowToText = (row: Record<string, unknown>): string =>
  JSON.stringify(row, (_name, value) => (typeof value === "bigint" ? String(value) : value));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
