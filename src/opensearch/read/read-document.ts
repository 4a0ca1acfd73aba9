import { toDocumentId } from "../index/names.ts";
import type { OpenIndex } from "../index/open-index.ts";
import type { StoredDocument } from "../index/to-document.ts";

/** An article as searches see it: what is being written is not yet there. */
export async function readDocument(
  { client, names }: OpenIndex,
  id: string,
  signal?: AbortSignal,
): Promise<StoredDocument | undefined> {
  const { status, body } = await client.request({
    method: "GET",
    path: `/${names.articles}/_doc/${toDocumentId(id)}`,
    query: { realtime: false },
    signal,
  });
  return status === 404 ? undefined : (body as { _source?: StoredDocument })._source;
}
