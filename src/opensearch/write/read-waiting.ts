import type { Article } from "../../archive/article.ts";
import { WRITE_PATIENCE_MS } from "../connection/cluster-client.ts";
import type { OpenIndex } from "../index/open-index.ts";
import type { EarlierEdition } from "../index/to-document.ts";

/** The largest key of the articles that are visible. */
export async function readLastKey({ client, names }: Pick<OpenIndex, "client" | "names">): Promise<number> {
  const { body } = await client.request({
    method: "POST",
    path: `/${names.articles}/_search`,
    body: { size: 0, track_total_hits: false, aggs: { last: { max: { field: "key" } } } },
    patienceMs: WRITE_PATIENCE_MS,
  });
  return (body as { aggregations?: { last?: { value?: number | null } } }).aggregations?.last?.value ?? 0;
}

/** An article without the vector that it is to have. */
export interface WaitingArticle {
  readonly article: Article;
  readonly key: number;
  readonly earlier?: readonly EarlierEdition[] | undefined;
}

interface WaitingReply {
  readonly hits: {
    readonly total: { readonly value: number };
    readonly hits: readonly { readonly _source: WaitingArticle }[];
  };
}

/** Some of the articles that wait for the encoder, and how many there are. */
export async function readWaiting(
  { client, names }: OpenIndex,
  size: number,
): Promise<{ readonly waiting: readonly WaitingArticle[]; readonly count: number }> {
  const { body } = await client.request({
    method: "POST",
    path: `/${names.articles}/_search`,
    body: {
      size,
      track_total_hits: true,
      _source: ["article", "key", "earlier"],
      query: { term: { waiting: true } },
      sort: ["key"],
    },
    patienceMs: WRITE_PATIENCE_MS,
  });
  const { hits } = body as WaitingReply;
  return { waiting: hits.hits.map(({ _source }) => _source), count: hits.total.value };
}
