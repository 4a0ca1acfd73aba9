import { isUtf8 } from "node:buffer";
import type { AppError } from "../errors.ts";
import { cleanTitle } from "./clean-text.ts";
import { usualPlace } from "./field-names.ts";
import type { TextReaderOptions } from "./json-values.ts";
import { type Line, readLines } from "./lines.ts";
import {
  badInput,
  cutText,
  MAX_RECORD_BYTES,
  NOT_UTF8,
  type RawRecord,
  type RecordStream,
  TOO_LONG,
  toExcerpt,
} from "./record.ts";
import { RowParser } from "./row-parser.ts";

export interface TableReaderOptions extends TextReaderOptions {
  readonly name: string;
  readonly kind: "csv" | "tsv";
  /** The first bytes of the file, to see how its lines end. */
  readonly head: Buffer;
  /** Columns that `--map` names: they must be there. */
  readonly mapped: readonly string[];
}

/**
 * CSV (RFC 4180, read kindly) and TSV with a header line. A quoted cell may hold line breaks; one that never closes, closes
 * in the wrong place or makes a row of the wrong width is taken for a stray quote: its first line alone is refused and
 * reading goes on at the next one, so that a quote cannot swallow the rows behind it.
 */
export async function* readTable(chunks: AsyncIterable<Buffer>, options: TableReaderOptions): RecordStream {
  const { notText = NOT_UTF8, head, maxRecordBytes = MAX_RECORD_BYTES } = options;
  const isOldMac = head.includes(0x0d) && !head.includes(0x0a);
  const table = new TableScanner(options);
  let failure: unknown;
  try {
    for await (const lines of readLines(chunks, { maxBytes: maxRecordBytes, terminator: isOldMac ? "\r" : "\n" })) {
      for (const line of lines) table.add(toTextLine(line, notText));
      if (table.records.length > 0) yield table.takeRecords();
    }
  } catch (error) {
    failure = error;
  }
  table.finish();
  if (table.records.length > 0) yield table.takeRecords();
  if (failure !== undefined) throw failure;
}

/** A cell of more lines is none; held line by line, short ones would take more memory than their bytes. */
const MAX_LINES_OF_ROW = 100_000;

/** A name of a column is short. */
const MAX_LINES_OF_HEADER = 100;

/** How often a line is read again, on the average, because of quotes that do not close. */
const MAX_REREADS = 8;

interface TextLine {
  readonly number: number;
  readonly text: string;
  /** With the line break: an empty line is work, too. */
  readonly byteLength: number;
  readonly problem?: string;
}

function toTextLine(line: Line, notText: string): TextLine {
  const { number, bytes, flaw } = line;
  const byteLength = bytes.length + 1;
  if (flaw !== undefined) {
    const problem = flaw === "too-long" ? TOO_LONG : "breaks off before its end";
    return { number, text: toExcerpt(bytes), byteLength, problem };
  }
  const text = bytes.toString("utf8");
  if (!isUtf8(bytes)) return { number, text, byteLength, problem: notText };
  return { number, text: text.includes("\u0000") ? text.replaceAll("\u0000", "") : text, byteLength };
}

class TableScanner {
  records: RawRecord[] = [];
  readonly #options: TableReaderOptions;
  readonly #maxBytes: number;
  #columns: string[] | undefined;
  #delimiter = "\t";
  #namedDelimiter: string | undefined;
  /** The header so far, where a quoted name goes on in the next line. */
  #headerLines: string[] = [];
  #parser = new RowParser("\t");
  /** The lines of the row at hand. */
  #lines: TextLine[] = [];
  #byteLength = 0;
  #bytesToReread: number;

  constructor(options: TableReaderOptions) {
    this.#options = options;
    this.#maxBytes = options.maxRecordBytes ?? MAX_RECORD_BYTES;
    this.#bytesToReread = this.#maxBytes * MAX_REREADS;
  }

  takeRecords(): RawRecord[] {
    const records = this.records;
    this.records = [];
    return records;
  }

  add(line: TextLine): void {
    if (this.#columns === undefined) {
      this.#readHeader(line);
      return;
    }
    this.#bytesToReread = Math.min(this.#bytesToReread + line.byteLength * MAX_REREADS, this.#maxBytes * MAX_REREADS);
    this.#addAll([line]);
  }

  finish(): void {
    if (this.#headerLines.length > 0) throw this.#openHeader();
    while (this.#lines.length > 0) this.#addAll(this.#giveUp("has a quote that is never closed"));
  }

  /**
   * Lines to read again come back here when a row turns out broken; one row may give back thousands. Lines of nothing but quotes would
   * be read again for each of them: when more was read again than came in, a row that goes on in the next line is refused at once.
   */
  #addAll(lines: readonly TextLine[]): void {
    let queue = lines;
    for (let index = 0; index < queue.length; index++) {
      let again = this.#addToRow(queue[index] as TextLine);
      if (this.#bytesToReread <= 0 && this.#lines.length > 0) again = this.#giveUp("has a quote that is never closed");
      if (again.length > 0) {
        for (const { byteLength } of again) this.#bytesToReread -= byteLength;
        queue = [...again, ...queue.slice(index + 1)];
        index = -1;
      }
    }
  }

  #readHeader(line: TextLine): void {
    const { name, kind, mapped } = this.#options;
    const text = line.text.replace(/^\ufeff/, "");
    if (text.trim() === "" && this.#headerLines.length === 0) return;
    if (line.problem !== undefined) throw badInput(`The header line of ${name} ${line.problem}.`);
    const named = SEPARATOR_LINE.exec(text)?.[1];
    if (named !== undefined) {
      this.#namedDelimiter = named;
      return;
    }
    this.#headerLines.push(text);
    const header = this.#headerLines.join("\n");
    this.#delimiter = kind === "tsv" ? "\t" : (this.#namedDelimiter ?? findDelimiter(header));
    this.#parser = new RowParser(this.#delimiter);
    const state = this.#headerLines.map((part) => this.#parser.add(part)).at(-1);
    if (state === "open" && this.#headerLines.length < MAX_LINES_OF_HEADER) return;
    if (state !== "complete") throw this.#openHeader();
    this.#headerLines = [];
    const columns = this.#parser.takeCells().map((cell) => (cell.includes("\n") ? cleanTitle(cell) : cell.trim()));
    const shown = columns.slice(0, 20).map(cutText).join(", ");
    const missing = mapped.find((column) => !columns.includes(column));
    if (missing !== undefined) throw badInput(`${name} has no column "${missing}"; its columns are ${shown}.`);
    const isKnown = columns.some((column) => /^(title|body)$/.test(usualPlace(column)?.field ?? ""));
    if (mapped.length === 0 && !isKnown) {
      throw badInput(`${name} has no column that looks like a title or a body; its first line reads ${shown}.`, {
        remedy: { code: "set-option", option: "map", value: "title=NAME,body=NAME", does: "names them" },
      });
    }
    this.#columns = columns;
  }

  #openHeader(): AppError {
    return badInput(`The header line of ${this.#options.name} has a quote that is never closed.`);
  }

  /** Takes a line into the row at hand; returns the lines to read anew. */
  #addToRow(line: TextLine): TextLine[] {
    if (this.#lines.length === 0 && line.text.trim() === "" && line.problem === undefined) return [];
    this.#lines.push(line);
    this.#byteLength += line.byteLength;
    if (line.problem === TOO_LONG || (this.#lines.length === 1 && line.problem?.startsWith("breaks") === true)) {
      return this.#lines.length === 1
        ? this.#giveUp(line.problem ?? "")
        : this.#giveUp("has a quote that is never closed");
    }
    const state = this.#parser.add(line.text);
    if (state === "open") {
      const isTooLong = this.#byteLength > this.#maxBytes || this.#lines.length > MAX_LINES_OF_ROW;
      return isTooLong ? this.#giveUp("has a quote that is never closed") : [];
    }
    if (state === "broken") return this.#giveUp("has a stray quote");
    return this.#closeRow();
  }

  #closeRow(): TextLine[] {
    const cells = this.#parser.takeCells();
    const columns = this.#columns ?? [];
    const [first] = this.#lines;
    if (first === undefined) return [];
    if (cells.length !== columns.length) {
      const count = `has ${cells.length} cells where the header has ${columns.length}`;
      const { length } = this.#lines;
      return this.#giveUp(
        length > 1 ? `${count}, over ${length} lines: a stray quote, or a cell too many or too few` : count,
      );
    }
    const lines = this.#lines;
    const excerpt = (): string => cutText(lines.map((line) => line.text).join("\n"));
    const problem = lines.find((line) => line.problem !== undefined)?.problem;
    if (problem !== undefined) this.records.push({ line: first.number, problem, excerpt });
    else this.records.push({ line: first.number, value: toObject(columns, cells), excerpt });
    this.#startRow();
    return [];
  }

  /** Refuses the first line of the row at hand (of TSV, which has no quoting by its own rules: reads it plainly). */
  #giveUp(problem: string): TextLine[] {
    const [first, ...rest] = this.#lines;
    this.#startRow();
    if (first === undefined) return rest;
    const columns = this.#columns ?? [];
    const excerpt = (): string => cutText(first.text);
    const plain = this.#options.kind === "tsv" && first.problem === undefined ? first.text.split("\t") : [];
    if (plain.length === columns.length)
      this.records.push({ line: first.number, value: toObject(columns, plain), excerpt });
    else this.records.push({ line: first.number, problem: first.problem ?? problem, excerpt });
    return rest;
  }

  #startRow(): void {
    this.#lines = [];
    this.#byteLength = 0;
    this.#parser.reset();
  }
}

/** What spreadsheets write before the header, to say what stands between cells. */
const SEPARATOR_LINE = /^"?sep=([,;|\t])"?\s*$/i;

/** The mark that stands most often in a header line, outside of quotes; a comma where none does. */
function findDelimiter(header: string): string {
  const bare = header.replace(/"(?:[^"]|"")*"/g, "");
  const countOf = (mark: string): number => bare.split(mark).length - 1;
  return [",", ";", "\t", "|"].reduce((best, mark) => (countOf(mark) > countOf(best) ? mark : best));
}

function toObject(columns: readonly string[], cells: readonly string[]): Record<string, string> {
  const value: Record<string, string> = Object.create(null);
  columns.forEach((column, index) => {
    // Of two columns with one name the first that holds something counts.
    if (value[column] === undefined || value[column] === "") value[column] = cells[index] ?? "";
  });
  return value;
}
