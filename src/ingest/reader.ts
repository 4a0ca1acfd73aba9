import type { JsonLimits } from "../text/json-size.ts";
import { readTable } from "./csv.ts";
import { readFeed } from "./feed.ts";
import type { FieldMap } from "./fields.ts";
import { detectFormat, type Format, notSqlite, scriptBytes } from "./format.ts";
import { type InputOptions, isSqlite, type OpenedInput, openInput } from "./input.ts";
import { readJsonLines } from "./json-lines.ts";
import { readJsonValues } from "./json-values.ts";
import type { RecordStream } from "./record.ts";
import { readSqlite, readSqliteStream } from "./sqlite.ts";

export interface ReaderOptions extends InputOptions {
  /** By default told by the content, then by the name. */
  readonly format?: Format | undefined;
  /** For SQLite. */
  readonly table?: string | undefined;
  /** Columns that it names must be there, in kinds of files that have columns. */
  readonly fields?: FieldMap | undefined;
  /** For JSON: what one record may hold; default: anything. */
  readonly limits?: JsonLimits | undefined;
}

/**
 * The records of one input, whatever its kind, in groups and with bounded memory.
 * @throws AppError `bad-input` where the file cannot be read or breaks off; the records before that have been given out.
 */
export async function* readRecords(path: string, options: ReaderOptions = {}): RecordStream {
  yield* readOpened(await openInput(path, options), path, options);
}

/** The same for an input that is open; it is closed at the end. @throws AppError `bad-input` */
export async function* readOpened(input: OpenedInput, path: string, options: ReaderOptions = {}): RecordStream {
  try {
    const { name, head, chunks, notText } = input;
    const { table, encoding, fields = {}, onRemark } = options;
    const format = options.format ?? detectFormat(head, path);
    const mapped = Object.values(fields).filter((column) => column !== "");
    const text = { name, notText, map: fields, onRemark };
    switch (format) {
      case undefined:
        return;
      case "jsonl":
        yield* readJsonLines(chunks, text);
        return;
      case "json":
        yield* readJsonValues(chunks, { ...text, limits: options.limits, scriptBytes: scriptBytes(head) });
        return;
      case "csv":
      case "tsv":
        yield* readTable(chunks, { ...text, kind: format, head, mapped });
        return;
      case "feed":
        yield* readFeed(chunks, text);
        return;
      case "sqlite": {
        if (!isSqlite(head)) throw notSqlite(name);
        const database = { name, table, mapped, encoding, onRemark, remedies: options.remedies };
        yield* input.isPlainFile ? readSqlite(path, database) : readSqliteStream(chunks, database);
        return;
      }
    }
  } finally {
    await input.close();
  }
}
