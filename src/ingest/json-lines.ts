import type { DecodeRecord } from "./encoding.ts";
import { parseJson } from "./json.ts";
import { type Line, readLines } from "./lines.ts";
import { MAX_RECORD_BYTES, NOT_UTF8, type RawRecord, type RecordStream, TOO_LONG, toExcerpt } from "./record.ts";

export interface TextReaderOptions {
  readonly decode: DecodeRecord;
  readonly maxRecordBytes?: number;
}

/** JSON lines: a value per line. U+2028 ends no line, an empty line is no record. */
export async function* readJsonLines(chunks: AsyncIterable<Buffer>, options: TextReaderOptions): RecordStream {
  const { decode, maxRecordBytes = MAX_RECORD_BYTES } = options;
  for await (const lines of readLines(chunks, { maxBytes: maxRecordBytes })) {
    const records: RawRecord[] = [];
    for (const line of lines) {
      if (line.bytes.length > 0 && !isBlank(line.bytes)) records.push(toRecord(line, decode));
    }
    if (records.length > 0) yield records;
  }
}

function toRecord(line: Line, decode: DecodeRecord): RawRecord {
  const { number, bytes } = line;
  const excerpt = (): string => toExcerpt(bytes);
  if (line.flaw === "too-long") return { line: number, problem: TOO_LONG, excerpt };
  if (line.flaw === "cut-off") return { line: number, problem: "breaks off before its end", excerpt };
  const text = decode(bytes);
  if (text === undefined) return { line: number, problem: NOT_UTF8, excerpt };
  // Files that were put together from several keep the byte-order marks of the parts.
  return { line: number, ...parseJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text), excerpt };
}

/** Only spaces and control characters (a block of NULs is what a crash leaves at the end of a log). */
function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte > 0x20) return false;
  return true;
}
