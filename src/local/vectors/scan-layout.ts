import { codeBytes } from "../../search/codes/quantize.ts";

/** Rows of one block of codes; see kernel/scan.wat for how they lie in it. */
export const BLOCK_ROWS = 32;

/** Int8 records that are read and multiplied at once. */
export const BATCH_ROWS = 256;

/** The most candidates that a scan can be asked for. */
export const MAX_CANDIDATES = 16_384;

/** Bytes of a candidate: score u32, row u32. */
export const CANDIDATE_BYTES = 8;

/**
 * What the scan of one segment keeps in memory: the codes, which all threads share, and the scratch of each thread, with byte
 * addresses that are multiples of 16. Pages never touched cost nothing.
 */
export interface ScanLayout {
  readonly rows: number;
  readonly dimensions: number;
  /** Bytes of one row's code. */
  readonly codeBytes: number;
  /** Bytes of one int8 record: the values, then a float32 scale. */
  readonly recordBytes: number;
  readonly scratch: number;
  /** Per code byte: 16 bytes for its low half, 16 for its high half. */
  readonly tables: number;
  /** The query as 16-bit numbers, zeros up to a multiple of 16. */
  readonly query: number;
  readonly records: number;
  readonly dots: number;
  readonly candidates: number;
  /** Room for so many candidates. */
  readonly candidateCapacity: number;
  /** One byte per row of whole blocks. */
  readonly allow: number;
  /** Rows of whole blocks. */
  readonly paddedRows: number;
  readonly scratchBytes: number;
  /** Blocks of {@link BLOCK_ROWS} rows. */
  readonly codesBytes: number;
}

export function planScan(dimensions: number, rows: number): ScanLayout {
  const paddedRows = roundUp(rows, BLOCK_ROWS);
  const recordBytes = dimensions + 4;
  const candidateCapacity = Math.min(paddedRows, MAX_CANDIDATES * 4) + BLOCK_ROWS;
  let end = 0;
  const take = (bytes: number): number => {
    const start = end;
    end += roundUp(bytes, 16);
    return start;
  };
  return {
    rows,
    dimensions,
    codeBytes: codeBytes(dimensions),
    recordBytes,
    scratch: take(64),
    tables: take(codeBytes(dimensions) * 32),
    query: take(roundUp(dimensions, 16) * 2),
    // The kernel reads the last record in whole chunks of 16 bytes.
    records: take(recordBytes * BATCH_ROWS + 16),
    dots: take(BATCH_ROWS * 4),
    candidates: take(candidateCapacity * CANDIDATE_BYTES),
    candidateCapacity,
    allow: take(paddedRows),
    paddedRows,
    scratchBytes: end,
    codesBytes: paddedRows * codeBytes(dimensions),
  };
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;
