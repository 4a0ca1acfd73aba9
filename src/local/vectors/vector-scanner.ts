import { writeQueryTables } from "../../search/codes/query-tables.ts";
import type { CodeFindings, CompareOptions, NearestOptions, NearestRow, ScoredRows } from "../read/snapshot.ts";
import { BestRows } from "./best-rows.ts";
import { keepPooled, wantedCandidates } from "./candidate-pool.ts";
import { CandidateScan, type CandidateSearch, type Candidates } from "./candidates.ts";
import type { SharedCodes } from "./code-blocks.ts";
import { createScanKernel } from "./create-scan-kernel.ts";
import type { ScanKernel } from "./scan-kernel.ts";
import { BATCH_ROWS, BLOCK_ROWS, MAX_CANDIDATES, planScan, type ScanLayout } from "./scan-layout.ts";
import { writeQueryIntegers } from "./scan-query.ts";

/** Up to so many rows are compared by their int8 values alone. */
const DIRECT_ROWS = 16_384;

/**
 * Candidates no further apart are read together, with the rows between them: reading so many rows too many takes about as long as asking the
 * system once more.
 */
const READ_GAP_ROWS = 40;

/** Which rows of a range may be found. */
interface Masked {
  /** One byte per row of the segment each, 0 = leave out; a row must be let through by all of them. Default: none. */
  readonly masks?: readonly Uint8Array[] | undefined;
}

export type CodeScanOptions = Omit<NearestOptions, "allow"> & Masked;

export interface VectorCompareOptions extends Omit<CompareOptions, "allow">, Masked {
  /**
   * Writes `count` consecutive int8 records (values, then the float32 scale, little-endian; 0 = no vector) to the beginning of `target`, the
   * first that of `row`.
   */
  readonly readRecords: (row: number, count: number, target: Uint8Array) => void;
}

export type ScanOptions = CodeScanOptions & Pick<VectorCompareOptions, "readRecords">;

export interface VectorScanner {
  /** How the scan is done: in WebAssembly, or in JavaScript where that is missing. */
  readonly kind: "simd" | "scalar";
  /**
   * The rows of a range nearest to a unit vector, best first, ties by row; rows without a vector never appear. Exact (to
   * int8) for narrow ranges; in wide ones the codes choose the rows that are compared.
   */
  nearest(query: Float32Array, options: ScanOptions): NearestRow[];
  /** The first of two steps to {@link nearest}; candidates that a pool has no room for any more are to be left out before the second. */
  scanCodes(query: Float32Array, options: CodeScanOptions): CodeFindings;
  /** The second: reads values. */
  compare(query: Float32Array, options: VectorCompareOptions): NearestRow[];
  /** What the codes of some rows that have vectors score. */
  codeScores(query: Float32Array, rows: readonly number[]): number[];
}

export interface VectorScannerOptions {
  readonly dimensions: number;
  readonly rows: number;
  /** Laid out by {@link planScan}. */
  readonly codes: SharedCodes;
  /** False: JavaScript even where WebAssembly SIMD is there. Default true. */
  readonly simd?: boolean;
}

/** Scans the vectors of one segment, for one thread: it owns its scratch, which goes when the scanner is dropped. */
export function createVectorScanner({ dimensions, rows, codes, simd = true }: VectorScannerOptions): VectorScanner {
  return new Scanner(planScan(dimensions, rows), codes, simd);
}

const NONE: ScoredRows = { rows: new Uint32Array(), scores: new Uint32Array() };
const NOTHING: CodeFindings = { above: NONE, candidates: NONE };
const ALL_TO_COMPARE: CodeFindings = { above: NONE, candidates: undefined };

class Scanner implements VectorScanner {
  readonly #layout: ScanLayout;
  readonly #kernel: ScanKernel;
  readonly #candidates: CandidateScan;
  readonly #allow: Uint8Array;
  readonly #records: Uint8Array;
  readonly #dots: Int32Array;
  readonly #view: DataView;
  /** Rows without a vector, ascending. */
  readonly #absentRows: Uint32Array;

  constructor(layout: ScanLayout, codes: SharedCodes, simd: boolean) {
    this.#layout = layout;
    this.#kernel = createScanKernel(layout, codes, simd);
    const { scratch } = this.#kernel;
    this.#candidates = new CandidateScan(this.#kernel, layout);
    this.#allow = new Uint8Array(scratch, layout.allow, layout.paddedRows);
    this.#records = new Uint8Array(scratch, layout.records, BATCH_ROWS * layout.recordBytes);
    this.#dots = new Int32Array(scratch, layout.dots, BATCH_ROWS);
    this.#view = new DataView(scratch);
    this.#absentRows = codes.absentRows;
  }

  get kind(): "simd" | "scalar" {
    return this.#kernel.kind;
  }

  nearest(query: Float32Array, options: ScanOptions): NearestRow[] {
    const pool = options.pool ?? {};
    const { candidates } = this.scanCodes(query, { ...options, pool });
    const rows = candidates && keepPooled(candidates, pool, wantedCandidates(options));
    return this.compare(query, { ...options, rows });
  }

  scanCodes(query: Float32Array, options: CodeScanOptions): CodeFindings {
    const { floor, masks, pool = {} } = options;
    const { from, to } = this.#clamp(options);
    if (from >= to) return NOTHING;
    const wanted = wantedCandidates(options);
    if (to - from <= Math.max(DIRECT_ROWS, wanted) || wanted > MAX_CANDIDATES) {
      if (floor === undefined) return ALL_TO_COMPARE;
      const { above } = this.#findCandidates(query, { from, to, wanted: 0, pool: {}, floor }, masks);
      return { above, candidates: undefined };
    }
    const { above, rows, scores } = this.#findCandidates(query, { from, to, wanted, pool, floor }, masks);
    return { above, candidates: { rows, scores } };
  }

  compare(query: Float32Array, options: VectorCompareOptions): NearestRow[] {
    const { rows } = options;
    const { from, to } = this.#clamp(options);
    if (from >= to || rows?.length === 0) return [];
    const integers = new Int16Array(this.#kernel.scratch, this.#layout.query, this.#layout.dimensions);
    const unit = writeQueryIntegers(query, integers);
    const scoring: Scoring = { ...options, unit, best: new BestRows(Math.min(options.limit, this.#layout.rows)) };
    if (rows === undefined) this.#scoreRange(from, to, scoring);
    else this.#scoreRows(rows, scoring);
    return scoring.best.toSorted();
  }

  #clamp({ from, to }: Pick<CompareOptions, "from" | "to">): Pick<CompareOptions, "from" | "to"> {
    return { from: Math.max(0, from), to: Math.min(this.#layout.rows, to) };
  }

  codeScores(query: Float32Array, rows: readonly number[]): number[] {
    const layout = this.#layout;
    writeQueryTables(query, layout, new Uint8Array(this.#kernel.scratch, layout.tables));
    const entry = new Uint32Array(this.#kernel.scratch, layout.candidates, 1);
    return rows.map((row) => {
      const all = { masked: false, threshold: -1, count: 0, maxCount: BLOCK_ROWS };
      this.#kernel.scan({ ...all, from: row, to: row + 1 });
      return entry[0] as number;
    });
  }

  /** Lets the codes choose. */
  #findCandidates(
    query: Float32Array,
    range: Omit<CandidateSearch, "masked">,
    masks: readonly Uint8Array[] | undefined,
  ): Candidates {
    writeQueryTables(query, this.#layout, new Uint8Array(this.#kernel.scratch, this.#layout.tables));
    return this.#candidates.find({ ...range, masked: this.#writeMask(range.from, range.to, masks) });
  }

  /** Compares every allowed row of a range. */
  #scoreRange(from: number, to: number, scoring: Scoring): void {
    const allow = this.#writeMask(from, to, scoring.masks) ? this.#allow : undefined;
    for (let start = from; start < to; start += BATCH_ROWS) {
      let first = start;
      let end = Math.min(to, start + BATCH_ROWS);
      if (allow !== undefined) {
        while (first < end && allow[first] === 0) first++;
        while (first < end && allow[end - 1] === 0) end--;
      }
      if (first === end) continue;
      scoring.readRecords(first, end - first, this.#records);
      this.#kernel.dot(0, end - first);
      for (let row = first; row < end; row++) if (allow?.[row] !== 0) this.#offer(row, row - first, scoring);
    }
  }

  /** Compares rows, ascending. */
  #scoreRows(rows: Uint32Array, scoring: Scoring): void {
    for (let start = 0; start < rows.length; ) {
      const first = rows[start] as number;
      let last = first;
      let end = start + 1;
      for (; end < rows.length; end++) {
        const row = rows[end] as number;
        if (row - last > READ_GAP_ROWS || row - first >= BATCH_ROWS) break;
        last = row;
      }
      scoring.readRecords(first, last + 1 - first, this.#records);
      for (; start < end; start++) {
        const row = rows[start] as number;
        this.#kernel.dot(row - first, 1);
        this.#offer(row, row - first, scoring);
      }
    }
  }

  /** Puts together which rows of a range may be returned; false when all may. */
  #writeMask(from: number, to: number, masks: readonly Uint8Array[] = []): boolean {
    if (masks.length === 0 && this.#absentRows.length === 0) return false;
    const allow = this.#allow;
    const [first, ...others] = masks;
    if (first === undefined) allow.fill(1, from, to);
    else allow.set(first.subarray(from, to), from);
    for (const mask of others)
      for (let row = from; row < to; row++) allow[row] = (allow[row] as number) & (mask[row] as number);
    for (const row of this.#absentRows) if (row >= from && row < to) allow[row] = 0;
    return true;
  }

  #offer(row: number, slot: number, { best, unit }: Scoring): void {
    const { records, recordBytes, dimensions } = this.#layout;
    const scale = this.#view.getFloat32(records + slot * recordBytes + dimensions, true);
    if (scale !== 0) best.offer(row, (this.#dots[slot] as number) * scale * unit);
  }
}

/** What one query carries through the reading of int8 values. */
interface Scoring {
  readonly readRecords: VectorCompareOptions["readRecords"];
  readonly masks?: readonly Uint8Array[] | undefined;
  /** Turns integer dot products into those of the query. */
  readonly unit: number;
  readonly best: BestRows;
}
