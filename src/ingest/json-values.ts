import type { JsonLimits } from "../text/json-size.ts";
import type { FieldMap } from "./fields.ts";
import { Findings } from "./json-findings.ts";
import { JsonScanner } from "./json-scanner.ts";
import { badInput, type RecordStream } from "./record.ts";

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
  /** What one record may hold; default: anything. */
  readonly limits?: JsonLimits | undefined;
  /** Bytes of script before the JSON: `callback(`. */
  readonly scriptBytes?: number;
}

/**
 * The records of JSON in any layout: an array of them, one after the other with or without commas and line breaks, or somewhere
 * inside objects, under whatever name.
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
  const { name, onRemark } = options;
  let { scriptBytes = 0 } = options;
  const findings = new Findings();
  const scanner = new JsonScanner({ ...options, isScript: scriptBytes > 0 }, findings);
  let failure: unknown;
  try {
    for await (const chunk of chunks) {
      scanner.scan(chunk.subarray(scriptBytes));
      scriptBytes = Math.max(0, scriptBytes - chunk.length);
      const records = scanner.takeRecords();
      if (records.length > 0) yield records;
    }
  } catch (error) {
    failure = error;
  }
  const end = scanner.finish();
  const records = scanner.takeRecords();
  if (records.length > 0) yield records;
  for (const remark of findings.toRemarks(name)) onRemark?.(remark);
  if (failure !== undefined) throw failure;
  if (end !== undefined) throw badInput(`${name} ${end}; what came before was read.`);
}
