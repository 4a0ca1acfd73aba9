import type { FieldMap } from "./fields.ts";
import type { Findings } from "./json-findings.ts";
import { EACH_ELEMENT, EACH_VALUE } from "./json-shape.ts";
import { RecordTaker } from "./record-taker.ts";

/** A list, or an object, whose values are looked at one by one; at the top the file itself. */
export interface Frame {
  readonly kind: "top" | "array" | "object";
  readonly path: readonly string[];
  readonly taker: RecordTaker;
  /** The name of the value at hand; undefined between values of an object. */
  name: string | undefined;
}

/** Lists inside lists are followed so far; deeper ones are junk. */
const MAX_DEPTH = 16;

/**
 * The lists and objects that are open around the value at hand and are read value by value.
 *
 *     top            {"hits": {"hits": [ {…}, ▮
 *     └ object hits ─┘└ array ─────────┘
 */
export class JsonFrames {
  readonly #frames: Frame[];
  readonly #findings: Findings;
  readonly #map: FieldMap;

  constructor(findings: Findings, map: FieldMap, taker: RecordTaker = new RecordTaker(map)) {
    this.#findings = findings;
    this.#map = map;
    this.#frames = [{ kind: "top", path: [], taker, name: undefined }];
  }

  /** The innermost one. */
  get last(): Frame {
    return this.#frames[this.#frames.length - 1] as Frame;
  }

  get isDeepest(): boolean {
    return this.#frames.length >= MAX_DEPTH;
  }

  /** Where the value at hand stands. */
  get path(): readonly string[] {
    const { kind, path, name } = this.last;
    return kind === "top" ? path : [...path, kind === "array" ? EACH_ELEMENT : (name ?? "")];
  }

  /** From now on the value at hand is read value by value. */
  push(kind: "array" | "object"): void {
    const { path } = this;
    const place = this.#findings.placeOf([...path, kind === "array" ? EACH_ELEMENT : EACH_VALUE]);
    this.#frames.push({ kind, path, taker: new RecordTaker(this.#map, place), name: undefined });
  }

  /** Ends the innermost one, if it is of this kind. */
  pop(kind: "array" | "object"): void {
    if (this.last.kind === kind) this.#frames.pop();
  }

  /** True where a record is expected in the place of the value at hand. */
  get isRecordPlace(): boolean {
    const { path } = this;
    return path.every((name) => name === EACH_ELEMENT) || this.#findings.placeOf(path) !== undefined;
  }

  /** True for what is known to hold records without being one: it need not be looked at as a whole. */
  get leadsToRecords(): boolean {
    return !this.isDeepest && !this.isRecordPlace && this.#findings.leadsToPlace(this.path);
  }
}
