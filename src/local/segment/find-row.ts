import { partitionPoint } from "../../collections/partition-point.ts";
import type { SegmentColumns } from "./kept-columns.ts";

/** By which rows are ordered. */
export type OrderedColumns = Pick<SegmentColumns, "times" | "keys">;

/** The row of an article key in columns ordered by (time, key), or undefined. */
export function findRow(
  { times, keys }: OrderedColumns,
  key: number,
  publishedAtMs: number | undefined,
): number | undefined {
  const time = publishedAtMs ?? Number.NEGATIVE_INFINITY;
  const row = partitionPoint(0, times.length, (index) => {
    const at = times.at(index);
    return at < time || (at === time && (keys[index] as number) < key);
  });
  return keys[row] === key && times.at(row) === time ? row : undefined;
}
