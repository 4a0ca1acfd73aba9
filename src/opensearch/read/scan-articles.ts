import type { Article } from "../../archive/article.ts";
import type { ArticleHistory } from "../../archive/edition.ts";
import type { ClusterSnapshot } from "../index/commits.ts";
import type { OpenIndex } from "../index/open-index.ts";
import type { StoredDocument } from "../index/to-document.ts";
import { SnapshotReads } from "./snapshot-reads.ts";
import { toEditions } from "./to-editions.ts";

/** Articles that are in memory at a time. */
const BATCH_ARTICLES = 500;

/** Every article of a snapshot, in the order of storing. */
export async function* scanArticles(
  index: OpenIndex,
  snapshot: ClusterSnapshot,
  signal?: AbortSignal,
): AsyncGenerator<Article> {
  for await (const { article } of scanDocuments(index, snapshot, { fields: ["article"], signal })) yield article;
}

/** The same, each with what it said before. */
export async function* scanHistories(
  index: OpenIndex,
  snapshot: ClusterSnapshot,
  signal?: AbortSignal,
): AsyncGenerator<ArticleHistory> {
  for await (const document of scanDocuments(index, snapshot, { fields: ["article", "earlier"], signal }))
    yield { article: document.article, earlier: toEditions(document).slice(0, -1) };
}

interface ScannedFields {
  readonly fields: readonly (keyof StoredDocument)[];
  readonly signal: AbortSignal | undefined;
}

/** Some fields of every document of a snapshot, in the order of storing. */
export async function* scanDocuments(
  index: OpenIndex,
  snapshot: ClusterSnapshot,
  { fields, signal }: ScannedFields,
): AsyncGenerator<StoredDocument> {
  const reads = new SnapshotReads(index, snapshot, signal);
  let after: readonly unknown[] | undefined;
  do {
    signal?.throwIfAborted();
    const { hits } = await reads.search({
      size: BATCH_ARTICLES,
      _source: fields,
      track_total_hits: false,
      sort: [{ key: "asc" }],
      ...(after === undefined ? {} : { search_after: after }),
    });
    for (const { _source } of hits) if (_source !== undefined) yield _source;
    after = hits.length === BATCH_ARTICLES ? hits.at(-1)?.sort : undefined;
  } while (after !== undefined);
}
