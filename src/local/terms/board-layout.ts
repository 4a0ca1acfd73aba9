/** Bytes of a posting at most: a number of five, and a frequency. */
const MAX_POSTING_BYTES = 6;
/** Rows among the best that the kernel writes down, a few less at most, before it stops to learn a new floor. */
export const BEST_CAPACITY = 2048;
/** Bytes of one of them: row u32, score f32. */
export const BEST_BYTES = 8;

/** Where a board keeps what the keyword stage of one segment works on: byte addresses, multiples of 16. */
export interface BoardLayout {
  /** Rows that it has room for. */
  readonly rows: number;
  /** The rule's weights of each byte of a row's bits: 4 × 256 i32. */
  readonly tables: number;
  readonly best: number;
  /** f32 per row: BM25 so far. */
  readonly scores: number;
  /** i32 per row: bits of its terms. */
  readonly seen: number;
  /** u16 per row: keyword terms of the article. */
  readonly counts: number;
  /** One byte per row: 0 = leave out. */
  readonly allow: number;
  /** One byte per row: frequencies of several terms that are one to the query. */
  readonly sums: number;
  /** Matching rows, u32 each, and their scores, f32. */
  readonly matchRows: number;
  readonly matchScores: number;
  readonly postings: number;
  readonly postingsBytes: number;
  readonly bytes: number;
}

export function planBoard(rows: number): BoardLayout {
  let end = 16;
  const take = (bytes: number): number => {
    const start = end;
    end += Math.ceil(bytes / 16) * 16;
    return start;
  };
  const postingsBytes = Math.max(1 << 16, rows * MAX_POSTING_BYTES);
  return {
    rows,
    tables: take(4 * 256 * 4),
    best: take(BEST_CAPACITY * BEST_BYTES),
    scores: take(rows * 4),
    // The kernel reads sixteen rows at once.
    seen: take((rows + 16) * 4),
    counts: take(rows * 2),
    allow: take(rows + 16),
    sums: take(rows),
    // It writes a row down before it knows that it counts.
    matchRows: take((rows + 1) * 4),
    matchScores: take((rows + 1) * 4),
    postings: take(postingsBytes),
    postingsBytes,
    bytes: end,
  };
}
