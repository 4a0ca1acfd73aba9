import { isUtf8 } from "node:buffer";
import type { FieldMap } from "./fields.ts";
import { parseJson } from "./json.ts";
import { closePrefix } from "./json-prefix.ts";
import {
  type Container,
  EACH_ELEMENT,
  EACH_VALUE,
  isList,
  MIN_SHARE_OF_BEST,
  type Place,
  placeName,
  type Shape,
  shapeOf,
} from "./json-shape.ts";
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
import { RecordTaker } from "./record-taker.ts";

export interface TextReaderOptions {
  /** Why a record is refused whose bytes are no text. */
  readonly notText?: string | undefined;
  readonly maxRecordBytes?: number;
  /** Where `--map` finds title and body: what tells a record from what holds records. */
  readonly map?: FieldMap | undefined;
}

export interface JsonReaderOptions extends TextReaderOptions {
  readonly name: string;
  /** Told where the records were found, and what was left. */
  readonly onRemark?: ((text: string) => void) | undefined;
  /** Bytes of script before the JSON: `callback(`. */
  readonly scriptBytes?: number;
}

/**
 * The records of JSON in any layout: an array of them, one after the other with or without commas and line breaks, or somewhere
 * inside objects, under whatever name. Only the value at hand is held: its end is found by counting brackets outside strings.
 *
 *     {"hits": {"total": 2, "hits": [{"_source": {"title": …}}, {"_source": …}]}}
 *     └ container ────────┘         └ list ┘└ record ────────┘
 *
 * A value that turns out to hold records instead of being one is read again from its beginning, one level further in, so that a list
 * of any length is read element by element, and each element that is broken costs only itself. What it holds is told by the whole of
 * it or, where it is long, by its first part.
 *
 * A string that is not closed would turn the rest of the file inside out. No JSON string holds a line break, so one that
 * meets a line break is taken for broken; the next element is then the next `{` that opens a line where this one did.
 */
export async function* readJsonValues(chunks: AsyncIterable<Buffer>, options: JsonReaderOptions): RecordStream {
  const findings = new Findings();
  const scanner = new JsonScanner(options, findings);
  let failure: unknown;
  let scriptBytes = options.scriptBytes ?? 0;
  try {
    for await (const chunk of chunks) {
      scanner.scan(chunk.subarray(scriptBytes));
      scriptBytes = Math.max(0, scriptBytes - chunk.length);
      if (scanner.records.length > 0) yield scanner.takeRecords();
    }
  } catch (error) {
    failure = error;
  }
  const end = scanner.finish();
  if (scanner.records.length > 0) yield scanner.takeRecords();
  for (const remark of findings.toRemarks(options.name)) options.onRemark?.(remark);
  if (failure !== undefined) throw failure;
  if (end !== undefined) throw badInput(`${options.name} ${end}; what came before was read.`);
}

/** Where records were found, and lists that were left, in one input. */
export class Findings {
  readonly places: Place[] = [];
  readonly #counts = new Map<string, number>();
  readonly #left = new Set<string>();

  /** How much what is read looks like articles. */
  best = 0;

  add(base: readonly string[], { places, others, score }: Container): void {
    this.best = Math.max(this.best, score);
    for (const place of places) {
      const path = [...base, ...place.path];
      const isKnown = this.places.some((known) => known.path.join("\u0000") === path.join("\u0000"));
      if (!isKnown && this.places.length < MAX_PLACES) this.places.push({ ...place, path });
    }
    for (const other of others) this.leave([...base, ...other.path]);
  }

  /** Remembers a list that is not read. */
  leave(path: readonly string[]): void {
    if (isList({ path }) && this.#left.size < MAX_PLACES) this.#left.add(placeName(path));
  }

  count(path: readonly string[]): void {
    const name = placeName(path);
    if (name !== "") this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  toRemarks(name: string): string[] {
    const remarks: string[] = [];
    if (this.#counts.size > 0) {
      const found = [...this.#counts].slice(0, SHOWN_PLACES).map(([place, count]) => `"${place}" (${count})`);
      const more = this.#counts.size > SHOWN_PLACES ? ` and ${this.#counts.size - SHOWN_PLACES} more` : "";
      remarks.push(`The records of ${name} were found in ${found.join(", ")}${more}.`);
    }
    const left = [...this.#left].filter((place) => !this.#counts.has(place));
    if (left.length > 0) {
      const shown = left.slice(0, SHOWN_PLACES).map((place) => `"${place}"`);
      remarks.push(`${name} also holds ${shown.join(", ")}, which look less like articles and were not read.`);
    }
    return remarks;
  }
}

/** Places that are remembered; a file that has records in more has them everywhere. */
const MAX_PLACES = 1000;
const SHOWN_PLACES = 5;

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** From this size on, what a value holds is told by its first part, and again each time that it has doubled. */
const FIRST_LOOK_BYTES = 1024 * 1024;
/** Lists inside lists are followed so far; deeper ones are junk. */
const MAX_DEPTH = 16;

/** A list, or an object, whose values are looked at one by one. */
interface Frame {
  readonly kind: "top" | "array" | "object";
  readonly path: readonly string[];
  readonly taker: RecordTaker;
  /** The name of the value at hand; undefined between values of an object. */
  name: string | undefined;
  readonly line: number;
}

export class JsonScanner {
  records: RawRecord[] = [];
  readonly #options: TextReaderOptions & Pick<JsonReaderOptions, "scriptBytes">;
  readonly #findings: Findings;
  readonly #maxBytes: number;
  readonly #frames: Frame[];
  #line: number;
  /** Bytes since the last line break, and whether all of them were blank. */
  #column = 0;
  #onlyBlanks = true;
  #inString = false;
  #escaped = false;
  /** The bytes of a name in an object that is being read. */
  #nameBytes: Buffer[] | undefined;

  /** The value at hand: its first line and column (-1: not the first of its line), its bytes from earlier chunks. */
  #open = false;
  #depth = 0;
  #openLine = 1;
  #openColumn = -1;
  #isBroken = false;
  #pieces: Buffer[] = [];
  #byteLength = 0;
  #openAt = { column: 0, onlyBlanks: true };
  /** Its length at which it is looked at next, and what was seen: it holds records, or it is one (or nothing) however long it gets. */
  #lookAtBytes = 0;
  #seen: "container" | "settled" | undefined;
  /** Why it is refused if it gets too long. */
  #tooLong = TOO_LONG;

  constructor(
    options: TextReaderOptions & Pick<JsonReaderOptions, "scriptBytes">,
    findings: Findings,
    start: { line?: number; taker?: RecordTaker } = {},
  ) {
    this.#options = options;
    this.#findings = findings;
    this.#maxBytes = options.maxRecordBytes ?? MAX_RECORD_BYTES;
    this.#line = start.line ?? 1;
    const taker = start.taker ?? new RecordTaker(options.map ?? {});
    this.#frames = [{ kind: "top", path: [], taker, name: undefined, line: this.#line }];
  }

  takeRecords(): RawRecord[] {
    const records = this.records;
    this.records = [];
    return records;
  }

  scan(chunk: Buffer): void {
    /** Where in this chunk the value at hand begins. */
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
          this.#isBroken = this.#open;
          this.#nameBytes = undefined;
        } else if (this.#open && this.#depth === 0 && this.#frame.kind === "top") {
          this.#hold(chunk.subarray(start, index));
          this.#close();
        }
        continue;
      }
      const column = this.#column++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) {
          this.#inString = false;
          if (this.#nameBytes !== undefined) this.#takeName(chunk.subarray(start, index + 1));
        }
        continue;
      }
      if (byte <= 0x20) continue;
      const isFirst = this.#onlyBlanks;
      this.#onlyBlanks = false;

      if (this.#open && this.#isBroken && isFirst && byte === OPEN_OBJECT && column === this.#openColumn) {
        this.#hold(chunk.subarray(start, index));
        this.#close();
      }
      if (this.#open && this.#depth === 0 && (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT)) {
        this.#hold(chunk.subarray(start, index));
        this.#close();
      }
      if (!this.#open) {
        if (!this.#begins(byte)) {
          if (this.#nameBytes !== undefined) start = index;
          continue;
        }
        this.#open = true;
        this.#openLine = this.#line;
        this.#openColumn = isFirst ? column : -1;
        this.#openAt = { column, onlyBlanks: isFirst };
        this.#lookAtBytes = Math.min(FIRST_LOOK_BYTES, this.#maxBytes);
        this.#seen = undefined;
        start = index;
      }

      if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (this.#depth > 0) this.#depth--;
        if (this.#depth === 0) {
          this.#hold(chunk.subarray(start, index + 1));
          this.#close();
        }
      }
    }
    if (this.#nameBytes !== undefined) this.#nameBytes.push(Buffer.from(chunk.subarray(start)));
    if (this.#open) {
      this.#hold(chunk.subarray(start));
      if (this.#seen === "container") this.#descend(this.#release());
    }
  }

  /** What is wrong with the end of the file, if anything; the value that was open is closed first. */
  finish(): string | undefined {
    while (this.#open) {
      const isWhole = this.#frame.kind === "top" && this.#depth === 0 && !this.#inString;
      if (!isWhole && this.#descendCut()) continue;
      this.#close(isWhole ? undefined : "breaks off before its end");
    }
    const { kind } = this.#frame;
    return kind === "top" ? undefined : `ends in the middle of its ${kind}, at line ${this.#line}`;
  }

  get #frame(): Frame {
    return this.#frames[this.#frames.length - 1] as Frame;
  }

  /** Takes a byte between values; true where it begins one that is to be held. */
  #begins(byte: number): boolean {
    const frame = this.#frame;
    if (byte === COMMA) {
      if (frame.kind === "object") frame.name = undefined;
      return false;
    }
    if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      if (frame.kind === (byte === CLOSE_ARRAY ? "array" : "object")) this.#frames.pop();
      return false;
    }
    if (frame.kind === "object" && frame.name === undefined) {
      if (byte === QUOTE) {
        this.#inString = true;
        this.#nameBytes = [];
      }
      return false;
    }
    if (frame.kind === "object" && byte === COLON) return false;
    if (frame.kind === "top" && (this.#options.scriptBytes ?? 0) > 0 && byte !== OPEN_ARRAY && byte !== OPEN_OBJECT)
      return false;
    if (byte === OPEN_ARRAY && (frame.kind === "top" || this.#leadsToRecords(this.#pathOfValue()))) {
      this.#push("array");
      return false;
    }
    if (byte === OPEN_OBJECT && this.#leadsToRecords(this.#pathOfValue())) {
      this.#push("object");
      return false;
    }
    return true;
  }

  #push(kind: "array" | "object"): void {
    const path = this.#pathOfValue();
    const inside = [...path, kind === "array" ? EACH_ELEMENT : EACH_VALUE];
    const place = this.#findings.places.find((known) => matches(known.path, inside));
    const taker = new RecordTaker(this.#options.map ?? {}, place);
    this.#frames.push({ kind, path, taker, name: undefined, line: this.#line });
  }

  #takeName(last: Buffer): void {
    const bytes = Buffer.concat([...(this.#nameBytes ?? []), last]);
    this.#nameBytes = undefined;
    const parsed = parseJson(bytes.toString("utf8"));
    this.#frame.name = "value" in parsed ? String(parsed.value) : "";
  }

  #pathOfValue(): readonly string[] {
    const { kind, path, name } = this.#frame;
    return kind === "top" ? path : [...path, kind === "array" ? EACH_ELEMENT : (name ?? "")];
  }

  /** True for what is known to hold records without being one: it need not be looked at as a whole. */
  #leadsToRecords(path: readonly string[]): boolean {
    if (this.#frames.length >= MAX_DEPTH || this.#isRecordPlace(path)) return false;
    const { places } = this.#findings;
    return places.some((known) => known.path.length > path.length && matches(known.path.slice(0, path.length), path));
  }

  #isRecordPlace(path: readonly string[]): boolean {
    const isOfTop = path.every((name) => name === EACH_ELEMENT);
    return isOfTop || this.#findings.places.some((known) => matches(known.path, path));
  }

  #hold(piece: Buffer): void {
    const wasHeld = this.#byteLength <= this.#maxBytes;
    this.#byteLength += piece.length;
    if (!wasHeld && this.#seen === "settled") return;
    this.#pieces.push(piece);
    while (this.#seen === undefined && this.#byteLength > this.#lookAtBytes) {
      this.#pieces = [Buffer.concat(this.#pieces)];
      const first = (this.#pieces[0] as Buffer).subarray(0, this.#lookAtBytes);
      if (this.#look(first)) this.#seen = "container";
      else if (this.#lookAtBytes >= this.#maxBytes) this.#seen = "settled";
      else this.#lookAtBytes = Math.min(this.#lookAtBytes * 2, this.#maxBytes);
    }
    if (this.#byteLength > this.#maxBytes && this.#seen === "settled") {
      this.#pieces = [Buffer.from(Buffer.concat(this.#pieces).subarray(0, HEAD_BYTES))];
    }
  }

  /** Looks at a value, or the first part of one: true when it holds records, whose places are known from then on. */
  #look(bytes: Buffer): boolean {
    if (this.#frames.length >= MAX_DEPTH) return false;
    const path = this.#pathOfValue();
    const isRecordPlace = this.#isRecordPlace(path);
    this.#tooLong = TOO_LONG;
    if (isRecordPlace && bytes[0] === OPEN_ARRAY) {
      this.#findings.add(path, { kind: "container", places: [{ path: [EACH_ELEMENT] }], others: [], score: 0 });
      return true;
    }
    const shape = shapeOfPart(bytes.toString("utf8"), this.#options.map);
    if (isRecordPlace && shape.kind === "record") this.#seen = "settled";
    if (shape.kind === "columns") {
      this.#seen = "settled";
      this.#tooLong = COLUMNS_TOO_LONG;
    }
    return shape.kind === "container" && this.#accept(path, shape, isRecordPlace);
  }

  /** Decides whether a list is read that was found while others are. */
  #accept(path: readonly string[], shape: Container, isRecordPlace: boolean): boolean {
    if (isRecordPlace || shape.score >= this.#findings.best * MIN_SHARE_OF_BEST) {
      this.#findings.add(path, shape);
      return true;
    }
    for (const place of shape.places) this.#findings.leave([...path, ...place.path]);
    return false;
  }

  /** Closes the value at hand without taking it; returns what is held of it. */
  #release(): Buffer {
    const [only] = this.#pieces;
    const bytes = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    this.#open = false;
    this.#isBroken = false;
    this.#inString = false;
    this.#escaped = false;
    this.#depth = 0;
    this.#pieces = [];
    this.#byteLength = 0;
    return bytes;
  }

  /** Reads the value that was just released again, value by value of what it holds. */
  #descend(bytes: Buffer): void {
    this.#line = this.#openLine;
    this.#column = this.#openAt.column + 1;
    this.#onlyBlanks = false;
    this.#push(bytes[0] === OPEN_ARRAY ? "array" : "object");
    this.scan(bytes.subarray(1));
  }

  /** At the end of a file that breaks off: looks whether what is open held records. */
  #descendCut(): boolean {
    const [first] = this.#pieces;
    const isBracket = first?.[0] === OPEN_ARRAY || first?.[0] === OPEN_OBJECT;
    if (!isBracket || this.#byteLength > this.#maxBytes || !this.#look(Buffer.concat(this.#pieces))) return false;
    this.#descend(this.#release());
    return true;
  }

  #close(problem?: string): void {
    const line = this.#openLine;
    const isTooLong = this.#byteLength > this.#maxBytes;
    const isContainer = this.#seen === "container";
    const isWhole = problem === undefined && !isTooLong;
    const bytes = this.#release();
    if (isContainer) this.#descend(bytes);
    else if (this.#isRecordPlace(this.#pathOfValue())) {
      if (!isWhole) this.#reject(line, bytes, isTooLong ? this.#tooLong : (problem ?? ""));
      else this.#takeRecord(line, bytes);
    } else if (isWhole && (bytes[0] === OPEN_ARRAY || bytes[0] === OPEN_OBJECT)) this.#takeUnknown(line, bytes);
  }

  /** Takes what stands in the place of a record. */
  #takeRecord(line: number, bytes: Buffer): void {
    const path = this.#pathOfValue();
    const { taker, kind, name } = this.#frame;
    const isText = isUtf8(bytes);
    const parsed = isText ? parseJson(trimEnd(bytes.toString("utf8"))) : { problem: this.#options.notText ?? NOT_UTF8 };
    if ("problem" in parsed) {
      // Of a list that holds a broken element the others are good.
      if (bytes[0] === OPEN_OBJECT && this.#look(bytes)) this.#descend(bytes);
      else this.#reject(line, bytes, parsed.problem);
      return;
    }
    const isEach =
      kind === "object" &&
      this.#findings.places.some((place) => place.path.at(-1) === EACH_VALUE && matches(place.path, path));
    const taken = taker.take(parsed.value, isEach ? name : undefined);
    if (taken.kind === "records") {
      for (const value of taken.values) this.#add(line, value, taken.values.length === 1 ? bytes : undefined);
    } else if (this.#frames.length >= MAX_DEPTH) this.#add(line, parsed.value, bytes);
    else {
      const list: Container = { kind: "container", places: [{ path: [EACH_ELEMENT] }], others: [], score: 0 };
      this.#findings.add(path, taken.kind === "list" ? list : taken.shape);
      this.#descend(bytes);
    }
  }

  /** Takes what stands beside the places that are known: it may hold more records. */
  #takeUnknown(line: number, bytes: Buffer): void {
    const path = this.#pathOfValue();
    const shape = shapeOfPart(bytes.toString("utf8"), this.#options.map);
    if (shape.kind === "container") {
      if (this.#frames.length < MAX_DEPTH && this.#accept(path, shape, false)) this.#descend(bytes);
    } else if (
      shape.kind === "record" &&
      shape.hasWholeBody &&
      shape.score >= this.#findings.best * MIN_SHARE_OF_BEST
    ) {
      this.#findings.add(path, { kind: "container", places: [{ path: [] }], others: [], score: shape.score });
      this.#takeRecord(line, bytes);
    }
  }

  #add(line: number, value: unknown, bytes: Buffer | undefined): void {
    const path = this.#pathOfValue();
    if (path.length > 0)
      this.#findings.count(this.#findings.places.find((place) => matches(place.path, path))?.path ?? path);
    const excerpt = bytes === undefined ? () => cutText(JSON.stringify(value) ?? "") : () => toExcerpt(bytes);
    this.records.push({ line, value, excerpt });
  }

  #reject(line: number, bytes: Buffer, problem: string): void {
    this.records.push({ line, problem, excerpt: () => toExcerpt(bytes) });
  }
}

/** What is held of a value that is too long, for the rejects. */
const HEAD_BYTES = 4096;
const COLUMNS_TOO_LONG =
  "is a table that was written column by column, which has to be held as a whole, and is " +
  `${TOO_LONG}: write it row by row (pandas: to_json(orient='records', lines=True))`;

const trimEnd = (text: string): string => text.replace(/[,\s]+$/, "");

/** True where a path is one of those that a place stands for. */
const matches = (pattern: readonly string[], path: readonly string[]): boolean =>
  pattern.length === path.length &&
  pattern.every((name, index) => name === path[index] || (name === EACH_VALUE && path[index] !== EACH_ELEMENT));

/** What a value is, told by the part of it that can be read. */
export function shapeOfPart(text: string, map: FieldMap | undefined): Shape {
  const whole = parseJson(text);
  if ("value" in whole) return shapeOf(whole.value, map);
  const closed = closePrefix(text);
  if (closed === undefined) return { kind: "other" };
  const part = parseJson(closed);
  if ("value" in part) return shapeOf(part.value, map);
  // Something is broken in it: what stands before that can be read, and the place is found by halving.
  let goodValue: unknown;
  for (let good = 0, bad = text.length; bad - good > 1; ) {
    const middle = (good + bad) >> 1;
    const before = parseJson(closePrefix(text.slice(0, middle)) ?? "");
    if ("value" in before) {
      goodValue = before.value;
      good = middle;
    } else bad = middle;
  }
  return shapeOf(goodValue, map);
}
