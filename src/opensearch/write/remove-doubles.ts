import { WRITE_PATIENCE_MS } from "../connection/cluster-client.ts";
import { toDocumentId } from "../index/names.ts";
import type { OpenIndex } from "../index/open-index.ts";
import type { StoredDocument } from "../index/to-document.ts";
import { findByIds } from "../read/find-by-ids.ts";
import { type PlacedItem, placeDocuments } from "./place-documents.ts";

/** Articles that are looked at in one request. */
const BATCH_ARTICLES = 500;

const FIELDS: readonly string[] = ["key", "article.id"];

/**
 * Removes the earlier version of what a writer that died has moved to another index without removing it where it was. Looks at the articles
 * whose keys are larger: those that were written since the last batch that came to its end.
 */
export async function removeDoubles(index: OpenIndex, afterKey: number): Promise<void> {
  if (index.partition === "none") return;
  for (let last: number | undefined = afterKey; last !== undefined; ) {
    const batch = await readAfter(index, last);
    const places = await findByIds<StoredDocument>(
      index,
      batch.map(({ article }) => article.id),
      {
        fields: FIELDS,
        patienceMs: WRITE_PATIENCE_MS,
      },
    );
    const doubles: PlacedItem[] = [];
    const newest = new Map<string, number>();
    for (const { index: name, document } of places) {
      const { id } = document.article;
      const version = newest.get(id);
      if (version === undefined) newest.set(id, document.key);
      else doubles.push({ id: toDocumentId(id), version, index: name });
    }
    if (doubles.length > 0) await placeDocuments(doubles, index);
    last = batch.length === BATCH_ARTICLES ? batch.at(-1)?.key : undefined;
  }
}

async function readAfter(
  { client, names }: OpenIndex,
  key: number,
): Promise<readonly Pick<StoredDocument, "key" | "article">[]> {
  const { body } = await client.request({
    method: "POST",
    path: `/${names.articles}/_search`,
    query: { allow_partial_search_results: false },
    body: {
      query: { range: { key: { gt: key } } },
      size: BATCH_ARTICLES,
      sort: [{ key: "asc" }],
      _source: FIELDS,
      track_total_hits: false,
    },
    patienceMs: WRITE_PATIENCE_MS,
  });
  const { hits } = (body as { readonly hits: { readonly hits: readonly { readonly _source: StoredDocument }[] } }).hits;
  return hits.map(({ _source }) => _source);
}
