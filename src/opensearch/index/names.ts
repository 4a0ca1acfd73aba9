import { hash } from "node:crypto";

/** The indices of an archive. */
export interface IndexNames {
  /** An alias of the index with the articles, or of those of all years, so that others can be made beside and take their place. */
  readonly articles: string;
  /** The index that stands behind the alias at first; of an archive by years the beginning of their names. */
  readonly firstArticles: string;
  /** What is written beside them: the state, the lock, the snapshots. */
  readonly meta: string;
}

export const indexNamesOf = (prefix: string): IndexNames => ({
  articles: `${prefix}-articles`,
  firstArticles: `${prefix}-articles-000001`,
  meta: `${prefix}-meta`,
});

/** The name of an article's document: ids of 512 characters are longer than a cluster's may be. */
export const toDocumentId = (articleId: string): string => hash("sha256", articleId.toWellFormed(), "base64url");
