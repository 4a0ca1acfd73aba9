import type { Article } from "../../archive/article.ts";
import type { PutResult, TakenPlace } from "../../archive/writer.ts";
import type { NewRow } from "../segment/build-segment.ts";
import { articleHash, isAsStored } from "../store/article-hash.ts";
import type { ArticleStore } from "../store/article-store.ts";
import type { NewVersion } from "../store/commit-record.ts";
import { readSetting } from "../store/database.ts";
import { embeddingText } from "../store/embedding-text.ts";
import { storeRows } from "./store-rows.ts";
import type { WriteSession } from "./write-session.ts";

/** An article that is not stored as it is, with the version that it replaces, if any. */
interface ChangedArticle {
  readonly article: Article;
  readonly old: ReturnType<ArticleStore["versionOf"]>;
}

/** Stores a batch of articles in one commit: those that are new or changed, the last of each id. */
export async function putArticles(session: WriteSession, articles: readonly Article[]): Promise<PutResult> {
  const newest = new Map(articles.map((article) => [article.id, article]));
  const changed = findChanged(session.store, newest.values());
  const replaced = changed.flatMap(({ old }) => old ?? []);
  if (changed.length > 0) {
    const vectors = await session.encode(changed.map(({ article }) => embeddingText(article)));
    const rows = toRows(session, changed, vectors);
    const commit = session
      .commit()
      .retire(replaced.map(({ key }) => key))
      .insert(rows);
    if (vectors === undefined)
      commit.setEncoded(
        rows.map(({ key }) => key),
        false,
      );
    storeRows(session, commit, rows, await session.segments.locate(replaced));
  }
  const fromElsewhere = findTakenPlaces(session, changed);
  return {
    added: changed.length - replaced.length,
    updated: replaced.length,
    unchanged: newest.size - changed.length,
    ...(fromElsewhere.length > 0 ? { fromElsewhere } : {}),
  };
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

function findChanged(store: ArticleStore, articles: Iterable<Article>): ChangedArticle[] {
  const changed: ChangedArticle[] = [];
  for (const article of articles) {
    const old = store.versionOf(article.id);
    if (old === undefined || !isAsStored(article, old)) changed.push({ article, old });
  }
  return changed;
}

function toRows(
  { database, sources, categories }: WriteSession,
  changed: readonly ChangedArticle[],
  vectors: readonly (Float32Array | undefined)[] | undefined,
): (NewRow & NewVersion)[] {
  const firstKey = Number(readSetting(database, "next_key"));
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
