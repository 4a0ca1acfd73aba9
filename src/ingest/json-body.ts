import type { Article } from "../archive/article.ts";
import type { ArticleMapper } from "./article.ts";

export interface ReadArticles {
  readonly articles: readonly Article[];
  /** Records that are no articles; `index` counts from 0 in an array, and is 0 for a single record. */
  readonly rejections: readonly { readonly index: number; readonly reason: string }[];
}

/** Articles of a parsed JSON value, one record or an array of them: what a web request carries, by the rules of import. */
export function readArticles(json: unknown, mapper: ArticleMapper): ReadArticles {
  const articles: Article[] = [];
  const rejections: { index: number; reason: string }[] = [];
  const records: readonly unknown[] = Array.isArray(json) ? json : [json];
  for (const [index, record] of records.entries()) {
    const mapped = mapper(record);
    if ("problem" in mapped) rejections.push({ index, reason: mapped.problem });
    else articles.push(mapped.article);
  }
  return { articles, rejections };
}
