import { TimeSlices } from "../../threads/time-slices.ts";
import { COLUMN_NAMES, createColumns } from "./columns.ts";
import type { SegmentColumns } from "./kept-columns.ts";
import { SCALE_BYTES } from "./layout.ts";
import { MAX_FREQUENCY, unpackPostings } from "./postings.ts";
import type { Segment } from "./segment.ts";
import { SegmentWriter, TermSectionsWriter } from "./segment-writer.ts";
import type { TermWalk } from "./term-directory.ts";

/** Work goes on for this long before other events get their turn. */
const SLICE_MS = 20;
const READ_AHEAD_BYTES = 1 << 20;
const GONE = 0xffffffff;
const NUMBERED = ["keys", "sources", "categories", "counts"] as const;

export interface MergeInput {
  readonly segment: Segment;
  /** One byte per row, 0 = leave out; undefined takes all. */
  readonly live: Uint8Array | undefined;
}

export interface MergeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how much is written, 0–1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface MergeResult {
  /** Rows of the new segment; with none left, no file is written. */
  readonly rows: number;
  /** For each input, the new number of each of its rows; meaningless for rows that were left out. */
  readonly renumber: readonly Uint32Array[];
}

/** {@link mergeSegments}, here or in another thread. */
export type MergeSegments = (
  path: string,
  inputs: readonly MergeInput[],
  options?: MergeOptions,
) => Promise<MergeResult>;

/**
 * Writes one segment with the live rows of several, in time order. Row order is kept within each input, so every posting
 * list is renumbered by a table and merged without decoding more than one term at a time; memory is the columns, the tables
 * and one term.
 */
export async function mergeSegments(
  path: string,
  inputs: readonly MergeInput[],
  { signal, onProgress }: MergeOptions = {},
): Promise<MergeResult> {
  const plan = planRows(inputs);
  if (plan.rows === 0) return plan;
  const first = inputs[0] as MergeInput;
  const { dimensions, codeBytes } = first.segment.file.footer;
  const writer = new SegmentWriter(path);
  // What is dead is not written, so the end may come sooner.
  const bytes = inputs.reduce((sum, { segment }) => sum + segment.file.bytes, 0);
  const pause = createPause(signal, () => onProgress?.(Math.min(1, writer.bytes / bytes)));
  try {
    const columns = createColumns(plan.rows);
    let totalTermCount = 0;
    for (let row = 0; row < plan.rows; row++) {
      const from = (inputs[plan.inputs[row] as number] as MergeInput).segment.columns;
      const fromRow = plan.inputRows[row] as number;
      columns.times[row] = from.times.at(fromRow);
      for (const name of NUMBERED) columns[name][row] = from[name][fromRow] as number;
      totalTermCount += columns.counts[row] as number;
    }
    for (const name of COLUMN_NAMES) writer.section(name, columns[name]);
    const source = { inputs, plan };
    await copyRecords(writer, { section: "codes", recordBytes: codeBytes }, source, pause);
    await copyRecords(writer, { section: "vectors", recordBytes: dimensions + SCALE_BYTES }, source, pause);
    const terms = await mergeTerms(writer, inputs, plan, pause);
    writer.finish({ rows: plan.rows, terms, dimensions, codeBytes, totalTermCount });
    return { rows: plan.rows, renumber: plan.renumber };
  } catch (error) {
    writer.abort();
    throw error;
  }
}

/** For each row of the result, where it comes from; for each input, the new number of each of its rows (GONE: left out). */
interface RowPlan {
  readonly rows: number;
  readonly inputs: Uint16Array;
  readonly inputRows: Uint32Array;
  readonly renumber: readonly Uint32Array[];
}

function planRows(inputs: readonly MergeInput[]): RowPlan {
  const renumber = inputs.map(({ segment }) => new Uint32Array(segment.rows).fill(GONE));
  const cursors = inputs.map((input) => nextLive(input, 0));
  const capacity = inputs.reduce((sum, { segment }) => sum + segment.rows, 0);
  const inputOf = new Uint16Array(capacity);
  const inputRows = new Uint32Array(capacity);
  const columnsOf = (input: number): SegmentColumns => (inputs[input] as MergeInput).segment.columns;
  let rows = 0;
  for (;;) {
    let best = -1;
    for (let input = 0; input < inputs.length; input++) {
      const cursor = cursors[input] as number;
      if (cursor >= (renumber[input] as Uint32Array).length) continue;
      if (best < 0 || isBefore(columnsOf(input), cursor, columnsOf(best), cursors[best] as number)) best = input;
    }
    if (best < 0) return { rows, inputs: inputOf, inputRows, renumber };
    const row = cursors[best] as number;
    (renumber[best] as Uint32Array)[row] = rows;
    inputOf[rows] = best;
    inputRows[rows++] = row;
    cursors[best] = nextLive(inputs[best] as MergeInput, row + 1);
  }
}

function nextLive({ segment, live }: MergeInput, row: number): number {
  while (live !== undefined && row < segment.rows && live[row] === 0) row++;
  return row;
}

function isBefore(left: SegmentColumns, leftRow: number, right: SegmentColumns, rightRow: number): boolean {
  const leftMs = left.times.at(leftRow);
  const rightMs = right.times.at(rightRow);
  return leftMs === rightMs ? (left.keys[leftRow] as number) < (right.keys[rightRow] as number) : leftMs < rightMs;
}

/** A section of records of one size, one for each row. */
interface RecordSection {
  readonly section: "codes" | "vectors";
  readonly recordBytes: number;
}

async function copyRecords(
  writer: SegmentWriter,
  { section, recordBytes }: RecordSection,
  { inputs, plan }: { readonly inputs: readonly MergeInput[]; readonly plan: RowPlan },
  pause: () => Promise<void>,
): Promise<void> {
  const readers = inputs.map(({ segment }) => new ReadAhead(segment, section));
  writer.begin(section);
  for (let row = 0; row < plan.rows; row++) {
    const reader = readers[plan.inputs[row] as number] as ReadAhead;
    writer.write(reader.read((plan.inputRows[row] as number) * recordBytes, recordBytes));
    if (row % 4096 === 0) await pause();
  }
  writer.end();
}

async function mergeTerms(
  writer: SegmentWriter,
  inputs: readonly MergeInput[],
  plan: RowPlan,
  pause: () => Promise<void>,
): Promise<number> {
  const cursors = inputs.map(({ segment }, input) => new TermCursor(segment, plan.renumber[input] as Uint32Array));
  const sections = new TermSectionsWriter(writer);
  const packed = new Uint32Array(plan.rows);
  for (let step = 0; mergeNext(cursors, packed, sections); step++) if (step % 512 === 0) await pause();
  return sections.finish();
}

/** Writes the first of the terms that the cursors stand at; false where there is none. By itself, since what waits is compiled less well. */
function mergeNext(cursors: readonly TermCursor[], packed: Uint32Array, sections: TermSectionsWriter): boolean {
  let smallest: TermCursor | undefined;
  for (let index = 0; index < cursors.length; index++) {
    const cursor = cursors[index] as TermCursor;
    if (!cursor.isDone && (smallest === undefined || isBelow(cursor.walk, smallest.walk))) smallest = cursor;
  }
  if (smallest === undefined) return false;
  const { high, low } = smallest.walk;
  let count = 0;
  for (let index = 0; index < cursors.length; index++) {
    const cursor = cursors[index] as TermCursor;
    if (!cursor.isDone && cursor.walk.low === low && cursor.walk.high === high) count = cursor.take(packed, count);
  }
  if (!isAscending(packed, count)) packed.subarray(0, count).sort();
  if (count > 0) sections.add(high, low, packed, count);
  return true;
}

const isBelow = (a: TermWalk, b: TermWalk): boolean => a.high < b.high || (a.high === b.high && a.low < b.low);

function isAscending(packed: Uint32Array, count: number): boolean {
  for (let index = 1; index < count; index++)
    if ((packed[index] as number) < (packed[index - 1] as number)) return false;
  return true;
}

/** Walks the terms of one segment in key order. */
class TermCursor {
  readonly walk: TermWalk;
  readonly #postings: ReadAhead;
  readonly #renumber: Uint32Array;
  #unpacked = new Uint32Array(1024);
  isDone: boolean;

  constructor(segment: Segment, renumber: Uint32Array) {
    this.walk = segment.terms.walk();
    this.#postings = new ReadAhead(segment, "postings");
    this.#renumber = renumber;
    this.isDone = !this.walk.next();
  }

  /** Appends the renumbered postings of the current term from `count` on, moves to the next term, returns the new count. */
  take(packed: Uint32Array, count: number): number {
    const { documentFrequency, offset, bytes } = this.walk;
    if (documentFrequency > this.#unpacked.length) this.#unpacked = new Uint32Array(documentFrequency * 2);
    const start = this.#postings.place(offset, bytes);
    unpackPostings(this.#postings.buffer, start, documentFrequency, this.#unpacked);
    for (let index = 0; index < documentFrequency; index++) {
      const posting = this.#unpacked[index] as number;
      const row = this.#renumber[posting >>> 6] as number;
      if (row !== GONE) packed[count++] = row * 64 + (posting & MAX_FREQUENCY);
    }
    this.isDone = !this.walk.next();
    return count;
  }
}

/** Reads a section mostly forwards, in large pieces. */
class ReadAhead {
  readonly #segment: Segment;
  readonly #section: "codes" | "vectors" | "postings";
  readonly #sectionBytes: number;
  #buffer = Buffer.alloc(0);
  #start = 0;

  constructor(segment: Segment, section: "codes" | "vectors" | "postings") {
    this.#segment = segment;
    this.#section = section;
    this.#sectionBytes = segment.file.footer.sections[section].bytes;
  }

  /** What {@link place} points into. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  /** Where in {@link buffer} so many bytes from an offset on stand, until the next call. */
  place(offset: number, bytes: number): number {
    if (offset < this.#start || offset + bytes > this.#start + this.#buffer.length) {
      const size = Math.min(Math.max(READ_AHEAD_BYTES, bytes), this.#sectionBytes - offset);
      this.#buffer = Buffer.allocUnsafe(size);
      this.#segment.file.read(this.#section, offset, this.#buffer);
      this.#start = offset;
    }
    return offset - this.#start;
  }

  /** Valid until the next call. */
  read(offset: number, bytes: number): Uint8Array {
    const start = this.place(offset, bytes);
    return this.#buffer.subarray(start, start + bytes);
  }
}

/** Lets other events run now and then, and stops when asked to. */
function createPause(signal: AbortSignal | undefined, onPause: () => void): () => Promise<void> {
  const slices = new TimeSlices(SLICE_MS);
  return async () => {
    signal?.throwIfAborted();
    if (!slices.isOver) return;
    onPause();
    await slices.next();
  };
}
