import { isUtf8 } from "node:buffer";
import { checkJsonSize, type JsonLimits } from "../text/json-size.ts";
import type { FieldMap } from "./fields.ts";
import type { Look } from "./held-value.ts";
import { parseJson } from "./json.ts";
import type { Findings } from "./json-findings.ts";
import type { JsonFrames } from "./json-frames.ts";
import { shapeOfPart } from "./json-part.ts";
import { cutText, NOT_UTF8, type RawRecord, TOO_LONG, toExcerpt } from "./record.ts";

const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

const COLUMNS_TOO_LONG =
  "is a table that was written column by column, which has to be held as a whole, and is " +
  `${TOO_LONG}: write it row by row (pandas: to_json(orient='records', lines=True))`;

export interface JsonIntakeOptions {
  /** Why a record is refused whose bytes are no text. */
  readonly notText?: string | undefined;
  readonly map?: FieldMap | undefined;
  /** What one value may hold that is parsed as a whole: a record, or the first part of what holds records. Default: anything. */
  readonly limits?: JsonLimits | undefined;
}

/** What becomes of the values of a JSON text: records, or what holds records and is read again value by value. */
export class JsonIntake {
  #records: RawRecord[] = [];
  readonly #options: JsonIntakeOptions;
  readonly #frames: JsonFrames;
  readonly #findings: Findings;

  constructor(options: JsonIntakeOptions, frames: JsonFrames, findings: Findings) {
    this.#options = options;
    this.#frames = frames;
    this.#findings = findings;
  }

  takeRecords(): RawRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  reject(line: number, bytes: Buffer, problem: string): void {
    this.#records.push({ line, problem, excerpt: () => toExcerpt(bytes) });
  }

  /**
   * Looks at a value, or the first part of one. Where it holds records, their places are known from then on.
   * @throws AppError for more than {@link JsonIntakeOptions.limits}
   */
  look(bytes: Buffer): Look {
    this.#checkSize(bytes);
    const { path, isRecordPlace, isDeepest } = this.#frames;
    if (isDeepest) return { verdict: undefined };
    if (isRecordPlace && bytes[0] === OPEN_ARRAY) {
      this.#findings.addList(path);
      return { verdict: "container" };
    }
    const shape = shapeOfPart(bytes.toString("utf8"), this.#options.map);
    if (shape.kind === "columns") return { verdict: "settled", tooLong: COLUMNS_TOO_LONG };
    if (shape.kind === "record") return { verdict: isRecordPlace ? "settled" : undefined };
    if (shape.kind === "other") return { verdict: undefined };
    if (!isRecordPlace) return { verdict: this.#findings.addIfGood(path, shape) ? "container" : undefined };
    this.#findings.add(path, shape);
    return { verdict: "container" };
  }

  /**
   * Takes a value that is whole. True where it holds records: then it is to be read again, value by value.
   * @throws AppError for more than {@link JsonIntakeOptions.limits}
   */
  take(line: number, bytes: Buffer): boolean {
    this.#checkSize(bytes);
    if (this.#frames.isRecordPlace) return this.#takeRecord(line, bytes);
    return (bytes[0] === OPEN_ARRAY || bytes[0] === OPEN_OBJECT) && this.#takeUnknown(line, bytes);
  }

  /** Takes what stands in the place of a record. */
  #takeRecord(line: number, bytes: Buffer): boolean {
    const { path, last, isDeepest } = this.#frames;
    const { taker, kind, name } = last;
    const isText = isUtf8(bytes);
    const parsed = isText
      ? parseJson(withoutTail(bytes.toString("utf8")))
      : { problem: this.#options.notText ?? NOT_UTF8 };
    if ("problem" in parsed) {
      // Of a list that holds a broken element the others are good.
      if (bytes[0] === OPEN_OBJECT && this.look(bytes).verdict === "container") return true;
      this.reject(line, bytes, parsed.problem);
      return false;
    }
    const isEach = kind === "object" && this.#findings.isEachValue(path);
    const taken = taker.take(parsed.value, isEach ? name : undefined);
    if (taken.kind === "records") {
      for (const value of taken.values) this.#add(line, value, taken.values.length === 1 ? bytes : undefined);
      return false;
    }
    if (isDeepest) {
      this.#add(line, parsed.value, bytes);
      return false;
    }
    if (taken.kind === "list") this.#findings.addList(path);
    else this.#findings.add(path, taken.shape);
    return true;
  }

  /** Takes what stands beside the places that are known: it may hold more records. */
  #takeUnknown(line: number, bytes: Buffer): boolean {
    const { path, isDeepest } = this.#frames;
    const shape = shapeOfPart(bytes.toString("utf8"), this.#options.map);
    if (shape.kind === "container") return !isDeepest && this.#findings.addIfGood(path, shape);
    if (shape.kind !== "record" || !shape.hasWholeBody || !this.#findings.isGood(shape.score)) return false;
    this.#findings.add(path, { kind: "container", places: [{ path: [] }], others: [], score: shape.score });
    return this.#takeRecord(line, bytes);
  }

  /** Before anything is made of it: each value takes several times the bytes that it is written with. */
  #checkSize(bytes: Buffer): void {
    const { limits } = this.#options;
    if (limits === undefined || bytes.length <= Math.min(limits.maxValues, limits.maxDepth)) return;
    checkJsonSize(bytes.toString("latin1"), limits);
  }

  #add(line: number, value: unknown, bytes: Buffer | undefined): void {
    this.#findings.count(this.#frames.path);
    const excerpt = bytes === undefined ? () => cutText(JSON.stringify(value) ?? "") : () => toExcerpt(bytes);
    this.#records.push({ line, value, excerpt });
  }
}

/** Without the blanks and commas behind a value; character by character, since an expression would look again at each blank inside. */
function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "," || text[end - 1]?.trim() === "")) end--;
  return text.slice(0, end);
}
