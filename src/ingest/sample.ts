import type { RawRecord, RecordStream } from "./record.ts";

/** The most records of an input that are looked at before any is used. */
const SAMPLE_RECORDS = 100;
/** The most characters of an input that are looked at before any record is used. */
const SAMPLE_CHARACTERS = 128 * 1024;

export interface Sample {
  readonly records: readonly RawRecord[];
  /** True where the input holds no more. */
  readonly isWhole: boolean;
}

/**
 * The records of a stream, after `look` has seen the first ones. Where `look` returns false nothing is given out; an error of
 * the stream comes after the records before it.
 */
export async function* withSample(stream: RecordStream, look: (sample: Sample) => Promise<boolean>): RecordStream {
  const records: RawRecord[] = [];
  let characters = 0;
  let failure: unknown;
  let isWhole = false;
  try {
    while (records.length < SAMPLE_RECORDS && characters < SAMPLE_CHARACTERS) {
      const { value: group, done } = await stream.next();
      if (done === true) {
        isWhole = true;
        break;
      }
      for (const record of group) {
        records.push(kept(record));
        characters += sizeOf(record.value);
      }
    }
  } catch (error) {
    failure = error;
    isWhole = true;
  }
  try {
    if (!(await look({ records, isWhole }))) return;
    if (records.length > 0) yield records;
    if (failure !== undefined) throw failure;
    if (!isWhole) yield* stream;
  } finally {
    await stream.return?.(undefined);
  }
}

/** A record that outlives the bytes it was read from. */
function kept(record: RawRecord): RawRecord {
  const excerpt = record.excerpt();
  return { ...record, excerpt: () => excerpt };
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  let size = 8;
  for (const part of Object.values(value)) size += typeof part === "string" ? part.length : 32;
  return size;
}
