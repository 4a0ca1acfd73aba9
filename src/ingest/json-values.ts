import { parseJson } from "./json.ts";
import type { TextReaderOptions } from "./json-lines.ts";
import {
  badInput,
  MAX_RECORD_BYTES,
  NOT_UTF8,
  type RawRecord,
  type RecordStream,
  TOO_LONG,
  toExcerpt,
} from "./record.ts";

/**
 * The elements of a JSON array, or JSON values one after the other, each written over as many lines as it likes. Only the
 * element at hand is held: its end is found by counting brackets outside strings.
 *
 *     [ {"title": …}, {"title": …} ]        depth 0 ─[─ 1 ─{─ 2 ─}─ 1: one element
 *
 * A string that is not closed would turn the rest of the file inside out. No JSON string holds a line break, so one that
 * meets a line break is taken for broken; the next element is then the next `{` that opens a line where this one did.
 */
export async function* readJsonValues(
  chunks: AsyncIterable<Buffer>,
  options: TextReaderOptions & { readonly name: string },
): RecordStream {
  const scanner = new ValueScanner(options);
  let failure: unknown;
  try {
    for await (const chunk of chunks) {
      scanner.scan(chunk);
      if (scanner.records.length > 0) yield scanner.takeRecords();
    }
  } catch (error) {
    failure = error;
  }
  const end = scanner.finish();
  if (scanner.records.length > 0) yield scanner.takeRecords();
  if (failure !== undefined) throw failure;
  if (end !== undefined) throw badInput(`${options.name} ${end}; what came before was read.`);
}

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

class ValueScanner {
  records: RawRecord[] = [];
  readonly #decode: TextReaderOptions["decode"];
  readonly #maxBytes: number;
  /** Depth at which elements lie: 1 in an array, 0 without; undefined before the first byte that counts. */
  #base: number | undefined;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;
  /** Bytes since the last line break, and whether all of them were blank. */
  #column = 0;
  #onlyBlanks = true;

  /** The element at hand: its first line and column (-1: not the first of its line), its bytes from earlier chunks. */
  #open = false;
  #openLine = 1;
  #openColumn = -1;
  #isBroken = false;
  #pieces: Buffer[] = [];
  #byteLength = 0;
  #trailingLine = 0;

  constructor(options: TextReaderOptions) {
    this.#decode = options.decode;
    this.#maxBytes = options.maxRecordBytes ?? MAX_RECORD_BYTES;
  }

  takeRecords(): RawRecord[] {
    const records = this.records;
    this.records = [];
    return records;
  }

  scan(chunk: Buffer): void {
    /** Where in this chunk the element at hand begins. */
    let start = 0;
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] as number;
      if (byte === LF) {
        this.#line++;
        this.#column = 0;
        this.#onlyBlanks = true;
        if (this.#inString) {
          this.#inString = false;
          this.#escaped = false;
          this.#isBroken = true;
        } else if (this.#open && this.#depth === 0 && this.#base === 0) {
          this.#hold(chunk.subarray(start, index));
          this.#close();
        }
        continue;
      }
      const column = this.#column++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        continue;
      }
      if (byte <= 0x20) continue;
      const isFirst = this.#onlyBlanks;
      this.#onlyBlanks = false;

      if (this.#base === undefined) {
        this.#base = byte === OPEN_ARRAY ? 1 : 0;
        if (byte === OPEN_ARRAY) {
          this.#depth = 1;
          continue;
        }
      }
      if (this.#open && this.#isBroken && isFirst && byte === OPEN_OBJECT && column === this.#openColumn) {
        this.#hold(chunk.subarray(start, index));
        this.#close();
        this.#depth = this.#base;
      }
      if (this.#open && this.#depth === this.#base && (byte === COMMA || byte === CLOSE_ARRAY)) {
        this.#hold(chunk.subarray(start, index));
        this.#close();
      }
      if (!this.#open) {
        if (byte === COMMA) continue;
        if (byte === CLOSE_ARRAY && this.#base === 1 && this.#depth === 1) {
          this.#depth = 0;
          continue;
        }
        if (this.#base === 1 && this.#depth === 0) {
          if (this.#trailingLine === 0) this.#trailingLine = this.#line;
          continue;
        }
        this.#open = true;
        this.#openLine = this.#line;
        this.#openColumn = isFirst ? column : -1;
        start = index;
      }

      if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (this.#depth > this.#base) this.#depth--;
        if (this.#depth === this.#base) {
          this.#hold(chunk.subarray(start, index + 1));
          this.#close();
        }
      }
    }
    if (this.#open) this.#hold(chunk.subarray(start));
  }

  /** What is wrong with the end of the file, if anything; the element that was open is closed first. */
  finish(): string | undefined {
    if (this.#open) {
      const isWhole = this.#base === 0 && this.#depth === 0 && !this.#inString;
      this.#close(isWhole ? undefined : "breaks off before its end");
    }
    if (this.#trailingLine > 0) return `goes on after the end of its array, at line ${this.#trailingLine}`;
    return this.#base === 1 && this.#depth > 0 ? `ends in the middle of its array, at line ${this.#line}` : undefined;
  }

  #hold(piece: Buffer): void {
    const wasHeld = this.#byteLength <= this.#maxBytes;
    this.#byteLength += piece.length;
    if (this.#byteLength <= this.#maxBytes) this.#pieces.push(piece);
    else if (wasHeld) this.#pieces = [Buffer.concat([...this.#pieces, piece], Math.min(4096, this.#maxBytes))];
  }

  #close(problem?: string): void {
    const [only] = this.#pieces;
    const bytes = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    const excerpt = (): string => toExcerpt(bytes);
    const line = this.#openLine;
    if (this.#byteLength > this.#maxBytes) problem = TOO_LONG;
    const text = problem === undefined ? this.#decode(bytes) : undefined;
    if (text === undefined) this.records.push({ line, problem: problem ?? NOT_UTF8, excerpt });
    else this.records.push({ line, ...parseJson(text.replace(/[,\s]+$/, "")), excerpt });
    this.#open = false;
    this.#isBroken = false;
    this.#pieces = [];
    this.#byteLength = 0;
  }
}
