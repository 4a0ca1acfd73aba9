import type { Article } from "../../archive/article.ts";
import type { PutResult, TakenPlace } from "../../archive/writer.ts";
import { embeddingText } from "../../search/embedding-text.ts";
import { readsTheSame } from "../../text/same-reading.ts";
import type { NewRow } from "../segment/build-segment.ts";
import { articleHash, isAsStored } from "../store/article-hash.ts";
import type { ArticleStore } from "../store/article-store.ts";
import type { NewVersion } from "../store/commit-record.ts";
import { nextKey, readFormat } from "../store/database.ts";
import { keepsEditions } from "../store/edition-store.ts";
import type { VectorsByArticle } from "./prepared-vectors.ts";
import { storeRows } from "./store-rows.ts";
import type { WriteSession } from "./write-session.ts";

/** An article that is not stored as it is, with the version that it replaces, if any. */
interface ChangedArticle {
  readonly article: Article;
  readonly old: ReturnType<ArticleStore["versionOf"]>;
}

export interface PutOptions {
  /** From which key on an article was stored since the writer was borrowed. */
  readonly firstKey: number;
  /** Of those that were encoded before. */
  readonly vectors: VectorsByArticle;
}

/** Encodes those articles of a batch that are new or changed as things stand, before it is put. */
export async function encodeAhead(session: WriteSession, articles: readonly Article[]): Promise<VectorsByArticle> {
  const newest = new Map(articles.map((article) => [article.id, article]));
  const { changed } = findChanged(session.store, newest.values(), Number.POSITIVE_INFINITY);
  const vectors = await session.encode(changed.map(({ article }) => embeddingText(article)));
  return new Map(changed.map(({ article }, index) => [article, vectors?.[index]] as const).filter(isEncoded));
}

const isEncoded = (pair: readonly [Article, Float32Array | undefined]): pair is readonly [Article, Float32Array] =>
  pair[1] !== undefined;

/** Stores a batch of articles in one commit: those that are new or changed, the last of each id. */
export async function putArticles(
  session: WriteSession,
  articles: readonly Article[],
  { firstKey, vectors: known }: PutOptions,
): Promise<PutResult> {
  const newest = new Map(articles.map((article) => [article.id, article]));
  const { changed, unchangedAgain } = findChanged(session.store, newest.values(), firstKey);
  const replaced = changed.flatMap(({ old }) => old ?? []);
  if (changed.length > 0) {
    const vectors = await findVectors(session, changed, known);
    const rows = toRows(session, changed, vectors);
    const commit = session
      .commit()
      .keepEditions(findEditions(session, changed))
      .retire(replaced.map(({ key }) => key))
      .insert(rows);
    if (vectors === undefined)
      commit.setEncoded(
        rows.map(({ key }) => key),
        false,
      );
    await storeRows(session, commit, rows, await session.segments.locate(replaced));
  }
  const fromElsewhere = findTakenPlaces(session, changed);
  const again = { updated: replaced.filter(({ key }) => key >= firstKey).length, unchanged: unchangedAgain };
  return {
    added: changed.length - replaced.length,
    updated: replaced.length,
    unchanged: newest.size - changed.length,
    ...(fromElsewhere.length > 0 ? { fromElsewhere } : {}),
    ...(again.updated + again.unchanged > 0 ? { again } : {}),
  };
}

/** The vectors of articles, in order; undefined when the encoder is away. What was not encoded before is encoded now. */
async function findVectors(
  session: WriteSession,
  changed: readonly ChangedArticle[],
  known: VectorsByArticle,
): Promise<readonly (Float32Array | undefined)[] | undefined> {
  const rest = changed.filter(({ article }) => !known.has(article));
  const encoded = rest.length === 0 ? [] : await session.encode(rest.map(({ article }) => embeddingText(article)));
  if (encoded === undefined) return undefined;
  const encodedNow = new Map(rest.map(({ article }, index) => [article, encoded[index]]));
  return changed.map(({ article }) => known.get(article) ?? encodedNow.get(article));
}

/** Keys of the replaced versions that read otherwise than those that take their place. */
function findEditions({ database, store }: WriteSession, changed: readonly ChangedArticle[]): number[] {
  if (!keepsEditions(readFormat(database))) return [];
  return changed.flatMap(({ article, old }) => {
    const before = old === undefined ? undefined : store.byKey(old.key);
    if (before === undefined) return [];
    const isTheSame = readsTheSame(before.title, article.title) && readsTheSame(before.body, article.body);
    return isTheSame ? [] : [before.key];
  });
}

/** Articles that replaced one with another source, or another address. */
function findTakenPlaces({ sources, store }: WriteSession, changed: readonly ChangedArticle[]): TakenPlace[] {
  let names: readonly string[] | undefined;
  return changed.flatMap(({ article: { id, source, url }, old }) => {
    if (old === undefined) return [];
    if (source !== undefined && old.sourceId !== 0 && old.sourceId !== sources.idOf(source)) {
      names ??= store.names("source");
      return [{ id, before: names[old.sourceId] ?? "", now: source }];
    }
    return url !== undefined && old.url !== undefined && old.url !== url ? [{ id, before: old.url, now: url }] : [];
  });
}

interface Changes {
  readonly changed: readonly ChangedArticle[];
  /** How many are as they were stored since the writer was borrowed. */
  readonly unchangedAgain: number;
}

function findChanged(store: ArticleStore, articles: Iterable<Article>, firstKey: number): Changes {
  const changed: ChangedArticle[] = [];
  let unchangedAgain = 0;
  for (const article of articles) {
    const old = store.versionOf(article.id);
    if (old === undefined || !isAsStored(article, old)) changed.push({ article, old });
    else if (old.key >= firstKey) unchangedAgain++;
  }
  return { changed, unchangedAgain };
}

function toRows(
  { database, sources, categories }: WriteSession,
  changed: readonly ChangedArticle[],
  vectors: readonly (Float32Array | undefined)[] | undefined,
): (NewRow & NewVersion)[] {
  const firstKey = nextKey(database);
  return changed.map(({ article }, index) => ({
    key: firstKey + index,
    id: article.id,
    hash: articleHash(article),
    title: article.title,
    body: article.body,
    url: article.url,
    sourceId: sources.idOf(article.source),
    categoryId: categories.idOf(article.category),
    publishedAtMs: article.publishedAtMs,
    vector: vectors?.[index],
  }));
}
