import type { DatabaseSync } from "node:sqlite";
import type { Edition, EditionSummary } from "../../archive/edition.ts";
import { isAsStored } from "../store/article-hash.ts";
import { ArticleStore, damagedArticle, type ReadRow, toStoredArticle } from "../store/article-store.ts";
import { type EarlierEdition, listEditions, readEdition } from "../store/edition-store.ts";
import { toArticle } from "./to-article.ts";

/** The editions of an article in a folder, of one state of it. @throws AppError `archive-damaged`. */
export function readEditions(database: DatabaseSync, id: string): readonly EditionSummary[] | undefined {
  return inOneState(database, () => {
    const newest = new ArticleStore(database).liveById(id);
    if (newest === undefined) return undefined;
    const earlier = listEditions(database, id);
    return [...earlier, newest].map(({ title, publishedAtMs }, index) => ({
      ...about(earlier, index),
      title,
      publishedAtMs,
    }));
  });
}

/** @throws AppError `archive-damaged`. */
export function readNumberedEdition(
  database: DatabaseSync,
  folder: string,
  { id, number }: { readonly id: string; readonly number: number },
): Edition | undefined {
  return inOneState(database, () => {
    const store = new ArticleStore(database);
    const newest = store.liveById(id);
    if (newest === undefined) return undefined;
    const earlier = listEditions(database, id);
    const key = [...earlier, newest][number - 1]?.key;
    const row: ReadRow | undefined =
      key === newest.key ? newest : key === undefined ? undefined : readEdition(database, key);
    if (row === undefined) return undefined;
    const article = toStoredArticle(row, store.names("source"), store.names("category"));
    if (!(row.isSound ?? isAsStored(article, row))) throw damagedArticle(folder, id);
    return { ...about(earlier, number - 1), article: toArticle(article) };
  });
}

/** Each took the place of the one before. */
function about(earlier: readonly EarlierEdition[], index: number): Pick<EditionSummary, "number" | "sinceMs"> {
  const sinceMs = earlier[index - 1]?.replacedMs;
  return { number: index + 1, ...(sinceMs === undefined ? {} : { sinceMs }) };
}

function inOneState<T>(database: DatabaseSync, read: () => T): T {
  database.exec("BEGIN");
  try {
    return read();
  } finally {
    database.exec("COMMIT");
  }
}
