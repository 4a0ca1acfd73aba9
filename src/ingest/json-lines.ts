import { isUtf8 } from "node:buffer";
import { parseJson } from "./json.ts";
import { Findings } from "./json-findings.ts";
import { JsonScanner } from "./json-scanner.ts";
import type { JsonReaderOptions } from "./json-values.ts";
import { type Line, readLines } from "./lines.ts";
import { MAX_RECORD_BYTES, NOT_UTF8, type RawRecord, type RecordStream, TOO_LONG, toExcerpt } from "./record.ts";
import { RecordTaker } from "./record-taker.ts";

/**
 * JSON lines: a record per line, or a list of them, or an object that holds some. U+2028 ends no line, an empty line is no record,
 * and a broken line costs only itself.
 */
export async function* readJsonLines(chunks: AsyncIterable<Buffer>, options: JsonReaderOptions): RecordStream {
  const { maxRecordBytes = MAX_RECORD_BYTES, name, onRemark } = options;
  const reader = new LineReader(options);
  for await (const lines of readLines(chunks, { maxBytes: maxRecordBytes })) {
    const records = lines.flatMap((line) => (isBlank(line.bytes) ? [] : reader.read(line)));
    if (records.length > 0) yield records;
  }
  for (const remark of reader.findings.toRemarks(name)) onRemark?.(remark);
}

class LineReader {
  readonly findings = new Findings();
  readonly #options: JsonReaderOptions;
  readonly #taker: RecordTaker;

  constructor(options: JsonReaderOptions) {
    this.#options = options;
    this.#taker = new RecordTaker(options.map ?? {});
  }

  read({ number, bytes, flaw }: Line): RawRecord[] {
    const excerpt = (): string => toExcerpt(bytes);
    const refuse = (problem: string): RawRecord[] => [{ line: number, problem, excerpt }];
    if (flaw !== undefined) return refuse(flaw === "too-long" ? TOO_LONG : "breaks off before its end");
    if (!isUtf8(bytes)) return refuse(this.#options.notText ?? NOT_UTF8);
    const text = bytes.toString("utf8");
    // Files that were put together from several keep the byte-order marks of the parts.
    const parsed = parseJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    if ("problem" in parsed) {
      // {…}{…} or {…}, on one line: read if all of it is good.
      const records = this.#scan(number, bytes);
      return records.length > 0 && records.every(({ problem }) => problem === undefined)
        ? records
        : refuse(parsed.problem);
    }
    const taken = this.#taker.take(parsed.value);
    if (taken.kind !== "records") return this.#scan(number, bytes);
    return taken.values.map((value) => ({ line: number, value, excerpt }));
  }

  /** Reads a line as a text of its own, value by value. */
  #scan(line: number, bytes: Buffer): RawRecord[] {
    const scanner = new JsonScanner({ ...this.#options, line, taker: this.#taker }, this.findings);
    scanner.scan(bytes);
    return scanner.finish() === undefined ? scanner.takeRecords() : [];
  }
}

/** Only spaces and control characters (a block of NULs is what a crash leaves at the end of a log). */
function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte > 0x20) return false;
  return true;
}
