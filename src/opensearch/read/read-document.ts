import { toDocumentId } from "../index/names.ts";
import type { OpenIndex } from "../index/open-index.ts";
import type { StoredDocument } from "../index/to-document.ts";
import { findByIds } from "./find-by-ids.ts";

/** An article as searches see it: what is being written is not yet there. */
export async function readDocument(
  index: OpenIndex,
  id: string,
  signal?: AbortSignal,
): Promise<StoredDocument | undefined> {
  const { client, names, partition, commits } = index;
  if (partition !== "none") {
    // While a batch is made visible, one that moves to another index may be in both, or in none.
    const [found] = await commits.steadily(() => findByIds<StoredDocument>(index, [id], { fields: ["*"], signal }));
    return found?.document;
  }
  const { status, body } = await client.request({
    method: "GET",
    path: `/${names.articles}/_doc/${toDocumentId(id)}`,
    query: { realtime: false },
    signal,
  });
  return status === 404 ? undefined : (body as { _source?: StoredDocument })._source;
}
