import { readTable } from "./csv.ts";
import type { FieldMap } from "./fields.ts";
import { detectFormat, type Format, notSqlite } from "./format.ts";
import { type InputOptions, isSqlite, openInput } from "./input.ts";
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
}

/**
 * The records of one input, whatever its kind, in groups and with bounded memory.
 * @throws AppError `bad-input` where the file cannot be read or breaks off; the records before that have been given out.
 */
export async function* readRecords(path: string, options: ReaderOptions = {}): RecordStream {
  const input = await openInput(path, options);
  try {
    const { name, head, chunks, decode } = input;
    const format = options.format ?? detectFormat(head, path);
    const mapped = Object.values(options.fields ?? {}).filter((column) => column !== "");
    switch (format) {
      case undefined:
        return;
      case "jsonl":
        yield* readJsonLines(chunks, { decode });
        return;
      case "json":
        yield* readJsonValues(chunks, { decode, name });
        return;
      case "csv":
      case "tsv":
        yield* readTable(chunks, { decode, name, kind: format, head, mapped });
        return;
      case "sqlite": {
        if (!isSqlite(head)) throw notSqlite(name);
        const table = { name, table: options.table, mapped };
        yield* input.isPlainFile ? readSqlite(path, table) : readSqliteStream(chunks, table);
        return;
      }
    }
  } finally {
    await input.close();
  }
}
