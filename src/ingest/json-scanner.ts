import type { JsonLimits } from "../text/json-size.ts";
import type { FieldMap } from "./fields.ts";
import { HeldValue } from "./held-value.ts";
import { parseJson } from "./json.ts";
import type { Findings } from "./json-findings.ts";
import { JsonFrames } from "./json-frames.ts";
import { JsonIntake } from "./json-intake.ts";
import { MAX_RECORD_BYTES, type RawRecord } from "./record.ts";
import type { RecordTaker } from "./record-taker.ts";

export interface JsonScannerOptions {
  /** Why a record is refused whose bytes are no text. */
  readonly notText?: string | undefined;
  /** Default 16 MB. */
  readonly maxRecordBytes?: number;
  /** Where `--map` finds title and body: what tells a record from what holds records. */
  readonly map?: FieldMap | undefined;
  /** What one record may hold; default: anything. */
  readonly limits?: JsonLimits | undefined;
  /** What stands around the JSON is a script, such as `callback(…);`. */
  readonly isScript?: boolean;
  /** The line that the text begins in, counted from 1. */
  readonly line?: number;
  /** Takes the values at the top, where they belong together with those of other texts. */
  readonly taker?: RecordTaker;
}

const LF = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** The bytes of a byte-order mark: files that were put together from several keep those of the parts. */
const MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/**
 * Finds the values of a JSON text that comes in pieces. Only the value at hand is held: its end is found by counting brackets outside
 * of strings. One that turns out to hold records is read again from its beginning, one level further in.
 */
export class JsonScanner {
  readonly #options: JsonScannerOptions;
  readonly #frames: JsonFrames;
  readonly #intake: JsonIntake;
  readonly #maxBytes: number;
  #line: number;
  /** Bytes since the last line break, and whether all of them were blank. */
  #column = 0;
  #onlyBlanks = true;
  #inString = false;
  #escaped = false;
  /** The bytes of a name in an object that is being read. */
  #nameBytes: Buffer[] | undefined;
  /** The value at hand, and the brackets that are open in it. */
  #held: HeldValue | undefined;
  #depth = 0;

  constructor(options: JsonScannerOptions, findings: Findings) {
    const { map = {}, line = 1, maxRecordBytes = MAX_RECORD_BYTES, taker } = options;
    this.#options = options;
    this.#frames = new JsonFrames(findings, map, taker);
    this.#intake = new JsonIntake(options, this.#frames, findings);
    this.#maxBytes = maxRecordBytes;
    this.#line = line;
  }

  takeRecords(): RawRecord[] {
    return this.#intake.takeRecords();
  }

  scan(chunk: Buffer): void {
    /** Where in this chunk the value at hand, or the name, begins. */
    let start = 0;
    for (let index = 0; index < chunk.length; index++) {
      if (this.#inString) index = this.#skipString(chunk, index);
      if (index === chunk.length) break;
      const byte = chunk[index] as number;
      if (byte === LF) {
        this.#startLine(chunk, start, index);
        continue;
      }
      const column = this.#column++;
      if (this.#inString) {
        this.#inString = false;
        if (this.#nameBytes !== undefined) this.#takeName(chunk.subarray(start, index + 1));
        continue;
      }
      if (byte <= SPACE) continue;
      const isFirstOfLine = this.#onlyBlanks;
      this.#onlyBlanks = false;
      if (this.#held !== undefined && this.#endsBefore(byte, column, isFirstOfLine)) this.#close(chunk, start, index);
      if (this.#held === undefined) {
        if (!this.#begins(byte)) {
          if (this.#nameBytes !== undefined) start = index;
          continue;
        }
        this.#held = new HeldValue({ line: this.#line, column, isFirstOfLine }, this.#maxBytes);
        start = index;
      }

      if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (this.#depth > 0) this.#depth--;
        if (this.#depth === 0) this.#close(chunk, start, index + 1);
      }
    }
    if (this.#nameBytes !== undefined) this.#nameBytes.push(Buffer.from(chunk.subarray(start)));
    if (this.#held !== undefined) {
      this.#hold(this.#held, chunk.subarray(start));
      if (this.#held.verdict === "container") this.#descend(this.#held);
    }
  }

  /** What is wrong with the end of the file, if anything; the value that was open is closed first. */
  finish(): string | undefined {
    while (this.#held !== undefined) {
      const isWhole = this.#frames.last.kind === "top" && this.#depth === 0 && !this.#inString;
      if (isWhole) this.#take(this.#held);
      else if (this.#holdsRecords(this.#held)) this.#descend(this.#held);
      else this.#take(this.#held, "breaks off before its end");
    }
    const { kind } = this.#frames.last;
    return kind === "top" ? undefined : `ends in the middle of its ${kind}, at line ${this.#line}`;
  }

  /** Goes over the inside of a string, to its quote, a line break or the end of what is there. */
  #skipString(chunk: Buffer, from: number): number {
    let index = from;
    let isEscaped = this.#escaped;
    for (; index < chunk.length; index++) {
      const byte = chunk[index] as number;
      if (byte === LF) break;
      if (isEscaped) isEscaped = false;
      else if (byte === QUOTE) break;
      else isEscaped = byte === BACKSLASH;
    }
    this.#escaped = isEscaped;
    this.#column += index - from;
    return index;
  }

  /** A line break ends a string that was left open, and a word or number at the top of the file. */
  #startLine(chunk: Buffer, start: number, index: number): void {
    this.#line++;
    this.#column = 0;
    this.#onlyBlanks = true;
    if (this.#inString) {
      this.#inString = false;
      this.#escaped = false;
      this.#nameBytes = undefined;
      if (this.#held !== undefined) this.#held.isBroken = true;
    } else if (this.#held !== undefined && this.#depth === 0 && this.#frames.last.kind === "top") {
      this.#close(chunk, start, index);
    }
  }

  /** True for a byte that no longer belongs to the value at hand. */
  #endsBefore(byte: number, column: number, isFirstOfLine: boolean): boolean {
    const { isBroken, start } = this.#held as HeldValue;
    if (isBroken && isFirstOfLine && byte === OPEN_OBJECT && start.isFirstOfLine && column === start.column)
      return true;
    return this.#depth === 0 && (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT);
  }

  /** Takes a byte between values; true where it begins one that is to be held. */
  #begins(byte: number): boolean {
    const frames = this.#frames;
    const { last } = frames;
    if (last.kind === "top" && MARK.includes(byte)) return false;
    if (byte === COMMA) {
      if (last.kind === "object") last.name = undefined;
      return false;
    }
    if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      frames.pop(byte === CLOSE_ARRAY ? "array" : "object");
      return false;
    }
    if (last.kind === "object" && last.name === undefined) {
      if (byte === QUOTE) {
        this.#inString = true;
        this.#nameBytes = [];
      }
      return false;
    }
    if (last.kind === "object" && byte === COLON) return false;
    const isBracket = byte === OPEN_ARRAY || byte === OPEN_OBJECT;
    if (last.kind === "top" && this.#options.isScript === true && !isBracket) return false;
    if (isBracket && ((byte === OPEN_ARRAY && last.kind === "top") || frames.leadsToRecords)) {
      frames.push(byte === OPEN_ARRAY ? "array" : "object");
      return false;
    }
    return true;
  }

  #takeName(last: Buffer): void {
    const bytes = Buffer.concat([...(this.#nameBytes ?? []), last]);
    this.#nameBytes = undefined;
    const parsed = parseJson(bytes.toString("utf8"));
    this.#frames.last.name = "value" in parsed ? String(parsed.value) : "";
  }

  #hold(held: HeldValue, piece: Buffer): void {
    held.add(piece, (firstPart) => this.#intake.look(firstPart));
  }

  /** The value at hand ends in this chunk. */
  #close(chunk: Buffer, start: number, end: number): void {
    const held = this.#held as HeldValue;
    this.#hold(held, chunk.subarray(start, end));
    if (held.verdict === "container") this.#descend(held);
    else this.#take(held);
  }

  /** Takes the value at hand, or refuses it. */
  #take(held: HeldValue, problem?: string): void {
    const { line } = held.start;
    const why = held.isTooLong ? held.tooLong : problem;
    this.#release();
    if (why === undefined) {
      if (this.#intake.take(line, held.bytes())) this.#descend(held);
    } else if (this.#frames.isRecordPlace) this.#intake.reject(line, held.bytes(), why);
  }

  #release(): void {
    this.#held = undefined;
    this.#inString = false;
    this.#escaped = false;
    this.#depth = 0;
  }

  /** Reads the value at hand again, value by value of what it holds. */
  #descend(held: HeldValue): void {
    this.#release();
    const bytes = held.bytes();
    this.#line = held.start.line;
    this.#column = held.start.column + 1;
    this.#onlyBlanks = false;
    this.#frames.push(bytes[0] === OPEN_ARRAY ? "array" : "object");
    this.scan(bytes.subarray(1));
  }

  /** At the end of a file that breaks off: looks whether what is open holds records. */
  #holdsRecords(held: HeldValue): boolean {
    if (held.isTooLong) return false;
    const bytes = held.bytes();
    const isBracket = bytes[0] === OPEN_ARRAY || bytes[0] === OPEN_OBJECT;
    return isBracket && this.#intake.look(bytes).verdict === "container";
  }
}
