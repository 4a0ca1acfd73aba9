import type { Article } from "../../archive/article.ts";
import { articleDigest } from "../../archive/article-digest.ts";
import type { PutResult, TakenPlace } from "../../archive/writer.ts";
import { readsTheSame } from "../../text/same-reading.ts";
import { WRITE_PATIENCE_MS } from "../connection/cluster-client.ts";
import { toDocumentId } from "../index/names.ts";
import type { OpenIndex } from "../index/open-index.ts";
import type { EarlierEdition, StoredDocument } from "../index/to-document.ts";
import { findByIds } from "../read/find-by-ids.ts";

/** What of a stored article is compared with one that is put. */
export type StoredVersion = Pick<StoredDocument, "hash" | "key"> & {
  readonly article: Pick<Article, "id" | "source" | "url">;
  /** The index that holds it, and others where an earlier version was left; none where the archive has one. */
  readonly indices: readonly string[];
};

/** A batch beside what is stored. */
export interface ComparedBatch {
  /** New or changed, the last of each id. */
  readonly changed: readonly Article[];
  readonly result: PutResult;
}

/** Which of the articles are new or changed, and what there is to be told of them. `isOwn`: whether the writer gave a key since it was borrowed. */
export function compareBatch(
  articles: readonly Article[],
  stored: ReadonlyMap<string, StoredVersion>,
  isOwn: (key: number) => boolean,
): ComparedBatch {
  const newest = [...new Map(articles.map((article) => [article.id, article])).values()];
  const changed = newest.filter((article) => stored.get(article.id)?.hash !== articleDigest(article));
  const updated = changed.filter(({ id }) => stored.has(id));
  const isAgain = ({ id }: Article): boolean => isOwn(stored.get(id)?.key ?? 0);
  const againAll = newest.filter(isAgain).length;
  const againUpdated = updated.filter(isAgain).length;
  const fromElsewhere = updated.flatMap((article) => findTakenPlace(stored.get(article.id)?.article, article));
  return {
    changed,
    result: {
      added: changed.length - updated.length,
      updated: updated.length,
      unchanged: newest.length - changed.length,
      ...(fromElsewhere.length > 0 && { fromElsewhere }),
      ...(againAll > 0 && { again: { updated: againUpdated, unchanged: againAll - againUpdated } }),
    },
  };
}

/** Whether an article took the place of one of another source, or of another address. */
function findTakenPlace(old: Pick<Article, "source" | "url"> | undefined, article: Article): TakenPlace[] {
  for (const field of ["source", "url"] as const) {
    const [before, now] = [old?.[field], article[field]];
    if (before !== undefined && now !== undefined && before !== now) return [{ id: article.id, before, now }];
  }
  return [];
}

/** What articles that are to be replaced have said so far: the editions before them, and themselves where the new ones read otherwise. */
export async function findEarlier(
  { client, names }: Pick<OpenIndex, "client" | "names">,
  replacing: readonly Article[],
  stored: ReadonlyMap<string, StoredVersion>,
): Promise<ReadonlyMap<string, readonly EarlierEdition[]>> {
  if (replacing.length === 0) return new Map();
  const { body } = await client.request({
    method: "POST",
    path: `/${names.articles}/_mget`,
    query: { _source_includes: "article,earlier" },
    body: { docs: replacing.map(({ id }) => ({ _id: toDocumentId(id), _index: stored.get(id)?.indices[0] })) },
    patienceMs: WRITE_PATIENCE_MS,
  });
  const docs = (body as { docs?: readonly { _source?: Pick<StoredDocument, "article" | "earlier"> }[] }).docs ?? [];
  const replacedAtMs = Date.now();
  return new Map(
    replacing.flatMap((article, position) => {
      const known = docs[position]?._source;
      if (known === undefined) return [];
      const { article: before, earlier = [] } = known;
      const isTheSame = readsTheSame(before.title, article.title) && readsTheSame(before.body, article.body);
      return [[article.id, isTheSame ? earlier : [...earlier, { article: before, replacedAtMs }]]];
    }),
  );
}

const VERSION_FIELDS: readonly string[] = ["hash", "key", "article.id", "article.source", "article.url"];

/** What is stored of some articles; of an archive by years what is visible, which for one who writes is the same. */
export async function readVersions(
  { client, names, partition }: Pick<OpenIndex, "client" | "names" | "partition">,
  ids: readonly string[],
): Promise<Map<string, StoredVersion>> {
  if (ids.length === 0) return new Map();
  if (partition !== "none") return readPlacedVersions({ client, names }, ids);
  const { body } = await client.request({
    method: "POST",
    path: `/${names.articles}/_mget`,
    query: { _source_includes: VERSION_FIELDS.join(",") },
    body: { ids: [...new Set(ids.map(toDocumentId))] },
    patienceMs: WRITE_PATIENCE_MS,
  });
  const docs = (body as { docs?: readonly { found?: boolean; _source?: StoredVersion }[] }).docs ?? [];
  return new Map(
    docs.flatMap(({ _source }) => (_source === undefined ? [] : [[_source.article.id, { ..._source, indices: [] }]])),
  );
}

async function readPlacedVersions(
  index: Pick<OpenIndex, "client" | "names">,
  ids: readonly string[],
): Promise<Map<string, StoredVersion>> {
  const options = { fields: VERSION_FIELDS, patienceMs: WRITE_PATIENCE_MS };
  const found = await findByIds<Omit<StoredVersion, "indices">>(index, ids, options);
  const places = Map.groupBy(found, ({ document }) => document.article.id);
  return new Map(
    [...places].flatMap(([id, [newest, ...others]]) =>
      newest === undefined
        ? []
        : [[id, { ...newest.document, indices: [newest, ...others].map(({ index: name }) => name) }]],
    ),
  );
}
