import { AppError } from "../../errors.ts";
import type { ClusterClient } from "../connection/cluster-client.ts";
import { toDocumentId } from "../index/names.ts";
import type { OpenIndex } from "../index/open-index.ts";
import type { StoredDocument } from "../index/to-document.ts";

/** Ids that are asked for in one request. */
const IDS_A_REQUEST = 1000;

/** An article is in two indices at most, while it moves from one to another. */
const MOST_PLACES = 2;

/** A document, and the index that it was found in. */
export interface PlacedDocument<T> {
  readonly index: string;
  readonly document: T;
}

interface Reply<T> {
  readonly timed_out?: boolean;
  readonly hits: { readonly hits: readonly { readonly _index: string; readonly _source: T }[] };
}

/**
 * What is visible of some articles of an archive by years, by their ids, the newest first where one is in two indices: a cluster gets
 * documents by their ids from one index at a time, and finds them in all.
 */
export async function findByIds<T extends Pick<StoredDocument, "key">>(
  { client, names }: Pick<OpenIndex, "client" | "names">,
  ids: readonly string[],
  { fields, ...options }: { readonly fields: readonly string[] } & Pick<Asked, "patienceMs" | "signal">,
): Promise<PlacedDocument<T>[]> {
  const documentIds = [...new Set(ids.map(toDocumentId))];
  const found: PlacedDocument<T>[] = [];
  for (let start = 0; start < documentIds.length; start += IDS_A_REQUEST) {
    const values = documentIds.slice(start, start + IDS_A_REQUEST);
    const { body } = await client.request({
      method: "POST",
      path: `/${names.articles}/_search`,
      query: { allow_partial_search_results: false },
      body: {
        query: { ids: { values } },
        size: MOST_PLACES * values.length,
        _source: fields,
        track_total_hits: false,
        sort: [{ key: "desc" }],
      },
      ...options,
    });
    const { hits, timed_out } = body as Reply<T>;
    if (timed_out === true) throw new AppError("unavailable", "The cluster gave a search up before its end.");
    found.push(...hits.hits.map(({ _index, _source }) => ({ index: _index, document: _source })));
  }
  return found;
}

type Asked = Parameters<ClusterClient["request"]>[0];
