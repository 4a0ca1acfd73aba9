import { hash } from "node:crypto";

/** The indices of an archive. */
export interface IndexNames {
  /** An alias of the index with the articles, so that another can be made beside it and take its place. */
  readonly articles: string;
  /** The index that stands behind the alias at first. */
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
