import type { Article } from "../../archive/article.ts";
import type { StoredArticle } from "./snapshot.ts";

/** An article as others know it, without what the engine calls it. */
export function toArticle(stored: StoredArticle): Article;
export function toArticle(stored: StoredArticle | undefined): Article | undefined;
export function toArticle(stored: StoredArticle | undefined): Article | undefined {
  if (stored === undefined) return undefined;
  const { key: _, ...article } = stored;
  return article;
}
