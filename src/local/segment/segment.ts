import { codeBytes } from "../../search/codes/quantize.ts";
import type { TermKey } from "../../text/terms.ts";
import type { CodeFindings, NearestRow, SegmentView, TermMatches, TermSearch } from "../read/snapshot.ts";
import { rowsHolding } from "../terms/rows-holding.ts";
import type { TermBoard, TermSource } from "../terms/term-board.ts";
import { readCodeWord } from "../vectors/code-blocks.ts";
import {
  type CodeScanOptions,
  createVectorScanner,
  type ScanOptions,
  type VectorCompareOptions,
  type VectorScanner,
} from "../vectors/vector-scanner.ts";
import type { Columns } from "./columns.ts";
import { type SegmentColumns, Times } from "./kept-columns.ts";
import { SCALE_BYTES, type SectionName } from "./layout.ts";
import { RecordCache } from "./record-cache.ts";
import type { SegmentData } from "./segment-data.ts";
import { SegmentFile } from "./segment-file.ts";
import { TermDirectory } from "./term-directory.ts";

/**
 * A segment in use by one thread: what it keeps in memory is shared with other threads, postings and int8 vectors are read from
 * the file as needed, and what it computes with is its own. It never changes; which of its rows are live is told by a snapshot,
 * through {@link viewSegment}.
 */
export class Segment {
  readonly data: SegmentData;
  readonly file: SegmentFile;
  readonly terms: TermDirectory;
  readonly columns: SegmentColumns;
  readonly #termSource: TermSource;
  /** Made for the first search. */
  #scanner: VectorScanner | undefined;
  readonly #codes: Uint8Array;
  readonly #codeBytes: number;
  /** One int8 record, and its values. */
  readonly #record: Uint8Array<ArrayBuffer>;
  readonly #recordView: DataView;
  readonly #values: Int8Array;
  /** Made for the first vector that is read. */
  #records: RecordCache | undefined;

  constructor(data: SegmentData) {
    this.data = data;
    this.file = new SegmentFile(data.file);
    this.columns = { ...data.columns, times: new Times(data.columns.times) };
    this.terms = new TermDirectory(this.file, data.termBlocks);
    this.#termSource = {
      path: this.file.path,
      rows: this.rows,
      termCounts: data.columns.counts,
      find: (term) => this.terms.find(term),
      readPostings: (offset, target) => this.file.read("postings", offset, target),
    };
    const { dimensions } = this.file.footer;
    this.#codes = new Uint8Array(data.codes.buffer);
    this.#codeBytes = codeBytes(dimensions);
    this.#record = new Uint8Array(dimensions + SCALE_BYTES);
    this.#recordView = new DataView(this.#record.buffer);
    this.#values = new Int8Array(this.#record.buffer, 0, dimensions);
  }

  get id(): number {
    return this.data.id;
  }

  get rows(): number {
    return this.file.footer.rows;
  }

  /** For the thread that has loaded the data, after the last use by any. */
  close(): void {
    this.file.close();
  }

  documentFrequency(term: TermKey): number {
    let sum = 0;
    for (const { documentFrequency } of this.terms.find(term)) sum += documentFrequency;
    return sum;
  }

  matchTerms(board: TermBoard, search: TermSearch, live: Uint8Array | undefined): TermMatches {
    return board.match(this.#termSource, search, live);
  }

  /** See {@link rowsHolding}. */
  rowsHolding(
    keys: readonly TermKey[],
    range: { readonly from: number; readonly to: number },
  ): Uint32Array | undefined {
    return rowsHolding(this.#termSource, keys, range);
  }

  nearest(query: Float32Array, options: Omit<ScanOptions, "readRecords">): NearestRow[] {
    return this.#vectorScanner().nearest(query, { ...options, readRecords: this.#readRecords });
  }

  scanCodes(query: Float32Array, options: CodeScanOptions): CodeFindings {
    return this.#vectorScanner().scanCodes(query, options);
  }

  compare(query: Float32Array, options: Omit<VectorCompareOptions, "readRecords">): NearestRow[] {
    return this.#vectorScanner().compare(query, { ...options, readRecords: this.#readRecords });
  }

  codeScores(query: Float32Array, rows: readonly number[]): number[] {
    return this.#vectorScanner().codeScores(query, rows);
  }

  codeWord(row: number): number | undefined {
    return readCodeWord(this.#codes, this.#codeBytes, row);
  }

  #vectorScanner(): VectorScanner {
    const { dimensions, rows } = this.file.footer;
    this.#scanner ??= createVectorScanner({ dimensions, rows, codes: this.data.codes });
    return this.#scanner;
  }

  similarity(query: Float32Array, row: number): number | undefined {
    const scale = this.#readVector(row);
    if (scale === 0) return undefined;
    const values = this.#values;
    let dot = 0;
    for (let index = 0; index < values.length; index++) dot += (query[index] as number) * (values[index] as number);
    return dot * scale;
  }

  get dimensions(): number {
    return this.#values.length;
  }

  vector(row: number, vector: Float32Array = new Float32Array(this.dimensions)): Float32Array | undefined {
    const scale = this.#readVector(row);
    if (scale === 0) return undefined;
    for (let index = 0; index < vector.length; index++) vector[index] = (this.#values[index] as number) * scale;
    return vector;
  }

  /** Reads a row's int8 values into `#values` and returns its scale. */
  #readVector(row: number): number {
    this.#records ??= new RecordCache(this.#record.length);
    if (!this.#records.read(row, this.#record)) {
      this.#readRecords(row, 1, this.#record);
      this.#records.keep(row, this.#record);
    }
    return this.#recordView.getFloat32(this.#values.length, true);
  }

  /** Reads the int8 values and scales of consecutive rows. */
  readonly #readRecords: VectorCompareOptions["readRecords"] = (row, count, target) => {
    const { length } = this.#record;
    this.file.read("vectors", row * length, target, count * length);
  };
}

/** A segment as one snapshot sees it: with the rows that were replaced by then marked dead. Words are looked up on `board`. */
export function viewSegment(segment: Segment, live: Uint8Array | undefined, board: TermBoard): SegmentView {
  const { keys, times, sources, categories, counts } = segment.columns;
  const masked = <T extends { readonly allow?: Uint8Array | undefined }>({ allow, ...options }: T) => ({
    ...options,
    masks: [allow, live].filter((mask) => mask !== undefined),
  });
  return {
    id: segment.id,
    rows: segment.rows,
    publishedAtMs: times,
    sourceIds: sources,
    categoryIds: categories,
    termCounts: counts,
    articleKeys: keys,
    live,
    documentFrequency: (term) => segment.documentFrequency(term),
    matchTerms: (search) => segment.matchTerms(board, search, live),
    rowsHolding: (keys, { allow, ...range }) => {
      const rows = segment.rowsHolding(keys, range);
      return rows?.subarray(0, keepAllowed(rows, allow, live));
    },
    nearest: (query, options) => segment.nearest(query, masked(options)),
    scanCodes: (query, options) => segment.scanCodes(query, masked(options)),
    compare: (query, options) => segment.compare(query, masked(options)),
    codeScores: (query, rows) => segment.codeScores(query, rows),
    codeWord: (row) => segment.codeWord(row),
    similarity: (query, row) => segment.similarity(query, row),
    dimensions: segment.dimensions,
    vector: (row, into) => segment.vector(row, into),
  };
}

/** Moves the rows that all of the masks let through to the front; returns how many they are. */
function keepAllowed(rows: Uint32Array, ...masks: readonly (Uint8Array | undefined)[]): number {
  let count = rows.length;
  for (const mask of masks) {
    if (mask === undefined) continue;
    let kept = 0;
    for (let index = 0; index < count; index++)
      if (mask[rows[index] as number] !== 0) rows[kept++] = rows[index] as number;
    count = kept;
  }
  return count;
}

/** The columns of a segment file, checked. */
export function readColumns(file: SegmentFile): Columns {
  const buffer = (name: SectionName): ArrayBuffer => file.readSection(name).buffer;
  return {
    keys: new Uint32Array(buffer("keys")),
    times: new Float64Array(buffer("times")),
    sources: new Uint32Array(buffer("sources")),
    categories: new Uint32Array(buffer("categories")),
    counts: new Uint16Array(buffer("counts")),
  };
}
