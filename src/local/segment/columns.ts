/** The per-row columns of a segment, in row order, while it is written or held in memory. */
export interface Columns {
  readonly keys: Uint32Array;
  readonly times: Float64Array;
  readonly sources: Uint32Array;
  readonly categories: Uint32Array;
  readonly counts: Uint16Array;
}

export const COLUMN_NAMES = ["keys", "times", "sources", "categories", "counts"] as const;

export function createColumns(rows: number): Columns {
  return {
    keys: new Uint32Array(rows),
    times: new Float64Array(rows),
    sources: new Uint32Array(rows),
    categories: new Uint32Array(rows),
    counts: new Uint16Array(rows),
  };
}
