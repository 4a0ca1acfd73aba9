import { partitionPoint } from "../../collections/partition-point.ts";
import type { Columns } from "./columns.ts";

/** The row of an article key in columns ordered by (time, key), or undefined. */
export function findRow({ times, keys }: Columns, key: number, publishedAtMs: number | undefined): number | undefined {
  const time = publishedAtMs ?? Number.NEGATIVE_INFINITY;
  const row = partitionPoint(0, times.length, (index) => {
    const at = times[index] as number;
    return at < time || (at === time && (keys[index] as number) < key);
  });
  return times[row] === time && keys[row] === key ? row : undefined;
}
