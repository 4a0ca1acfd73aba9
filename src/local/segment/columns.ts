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

/** The first row of `times` (ascending) that is not below `atLeastMs`. */
export function lowerBound(times: Float64Array, atLeastMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < atLeastMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
