import type { Article } from "../archive/article.ts";

/**
 * What is encoded of an article: the title on the first line, then the body, which in news puts the point first. An encoder
 * cuts it where it must, and may let the first line count for more.
 */
export const embeddingText = (article: Pick<Article, "title" | "body">): string =>
  `${article.title.replace(/\s+/g, " ")}\n${article.body}`;
