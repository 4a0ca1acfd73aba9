import { checkUnchanged } from "../index/behind-alias.ts";
import { copiesOf } from "../index/copies-of.ts";
import { makePart, shapesOf } from "../index/make-part.ts";
import type { OpenIndex } from "../index/open-index.ts";
import { partOf, toPartName, UNDATED_PART } from "../index/partition.ts";
import { type BulkItem, writeBulk } from "./bulk.ts";

/** A document that is written to the index it belongs to, or removed from the one that holds it. */
export interface PlacedItem extends BulkItem {
  /** Other indices that hold an earlier version of it. */
  readonly leaves?: readonly string[] | undefined;
}

/** The index that an article belongs to; undefined where the archive has one. */
export function indexFor(
  { partition, behind, info }: Pick<OpenIndex, "partition" | "behind" | "info">,
  publishedAtMs: number | undefined,
): string | undefined {
  return partition === "none" ? undefined : toPartName(behind, partOf(publishedAtMs, info.timezone));
}

/**
 * Writes documents, and makes the indices that are not there yet. What has moved from one to another is removed there only when it is
 * acknowledged here: a writer that dies in between leaves it in both, which `removeDoubles` mends before anybody sees it.
 */
export async function placeDocuments(items: readonly PlacedItem[], index: OpenIndex): Promise<void> {
  const { client, names, copies, partition } = index;
  if (partition === "none") return writeBulk(items, { client, index: names.articles, copies });
  const copiesIn = await makeMissing(items, index);
  const write = async (group: readonly BulkItem[]): Promise<void> => {
    // Of an index that somebody keeps with fewer copies, fewer are waited for.
    for (const [wanted, some] of Map.groupBy(group, ({ index: own = "" }) => copiesIn.get(own) ?? copies))
      await writeBulk(some, { client, index: names.articles, copies: wanted });
  };
  // What was in an index that is gone is gone.
  await write(items.filter(({ json, index: own = "" }) => json !== undefined || copiesIn.has(own)));
  await write(
    items.flatMap(({ id, version, leaves = [] }) =>
      leaves.filter((name) => copiesIn.has(name)).map((name): BulkItem => ({ id, version, index: name })),
    ),
  );
}

/** @returns for each index the copies that must have a write */
async function makeMissing(items: readonly PlacedItem[], index: OpenIndex): Promise<ReadonlyMap<string, number>> {
  const { client, names, behind, indexMeta } = index;
  // Somebody may have removed the index of a year, which the cluster would make anew by the first write, without a mapping.
  await checkUnchanged(index);
  const shapes = await shapesOf(client, names.articles);
  const shape = shapes.get(toPartName(behind, UNDATED_PART)) ?? [...shapes.values()][0] ?? { shards: 1, replicas: 0 };
  const wanted = items.flatMap(({ index: name, json }) => (name === undefined || json === undefined ? [] : [name]));
  for (const name of new Set(wanted)) {
    if (shapes.has(name)) continue;
    await makePart(client, { name, meta: indexMeta, shape, alias: names.articles });
    shapes.set(name, shape);
  }
  return new Map([...shapes].map(([name, { replicas }]) => [name, copiesOf(replicas)]));
}
