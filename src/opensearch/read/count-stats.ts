import type { ArchiveStats } from "../../archive/archive.ts";
import type { ClusterSnapshot } from "../index/commits.ts";
import type { OpenIndex } from "../index/open-index.ts";
import { SnapshotReads } from "./snapshot-reads.ts";

/** Different names that are counted; a cluster gives no more buckets at once. */
export const MAX_NAMES = 20_000;

/** Counts what is in a snapshot. */
export async function countStats(index: OpenIndex, snapshot: ClusterSnapshot): Promise<ArchiveStats> {
  const reads = new SnapshotReads(index, snapshot);
  const { total, aggregations } = await reads.search({
    size: 0,
    track_total_hits: true,
    aggs: {
      waiting: { filter: { term: { waiting: true } } },
      sources: { terms: { field: "sourceKey", size: MAX_NAMES } },
      categories: { terms: { field: "categoryKey", size: MAX_NAMES } },
      from: { min: { field: "at" } },
      to: { max: { field: "at" } },
    },
  });
  const found = aggregations as unknown as StatsReply;
  const [fromMs, toMs] = [found.from.value, found.to.value];
  return {
    snapshot: snapshot.name,
    encoderFingerprint: index.info.encoderFingerprint,
    articles: total,
    withoutVector: found.waiting.doc_count,
    sources: found.sources.buckets.length,
    categories: found.categories.buckets.length,
    ...(fromMs !== null && toMs !== null && { span: { fromMs, toMs } }),
    ...(index.areWordsOutdated && { wordsOutdated: true }),
  };
}

interface StatsReply {
  readonly waiting: { readonly doc_count: number };
  readonly sources: { readonly buckets: readonly unknown[] };
  readonly categories: { readonly buckets: readonly unknown[] };
  readonly from: { readonly value: number | null };
  readonly to: { readonly value: number | null };
}
