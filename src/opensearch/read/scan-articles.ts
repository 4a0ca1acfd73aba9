import type { Article } from "../../archive/article.ts";
import type { ClusterSnapshot } from "../index/commits.ts";
import type { OpenIndex } from "../index/open-index.ts";
import { SnapshotReads } from "./snapshot-reads.ts";

/** Articles that are in memory at a time. */
const BATCH_ARTICLES = 500;

/** Every article of a snapshot, in the order of storing. */
export async function* scanArticles(
  index: OpenIndex,
  snapshot: ClusterSnapshot,
  signal?: AbortSignal,
): AsyncGenerator<Article> {
  const reads = new SnapshotReads(index, snapshot, signal);
  let after: readonly unknown[] | undefined;
  do {
    signal?.throwIfAborted();
    const { hits } = await reads.search({
      size: BATCH_ARTICLES,
      _source: ["article"],
      track_total_hits: false,
      sort: [{ key: "asc" }],
      ...(after === undefined ? {} : { search_after: after }),
    });
    for (const { _source } of hits) if (_source !== undefined) yield _source.article;
    after = hits.length === BATCH_ARTICLES ? hits.at(-1)?.sort : undefined;
  } while (after !== undefined);
}
