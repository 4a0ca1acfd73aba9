import { type Columns, lowerBound } from "./columns.ts";

/** The row of an article key in columns ordered by (time, key), or undefined. */
export function findRow(columns: Columns, key: number, publishedAtMs: number | undefined): number | undefined {
  const time = publishedAtMs ?? Number.NEGATIVE_INFINITY;
  let low = lowerBound(columns.times, time);
  let high = columns.times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns.times[middle] === time && (columns.keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return columns.times[low] === time && columns.keys[low] === key ? low : undefined;
}
