import type { Article } from "./archive.ts";

/** What is encoded of an article: the title, then the body, which in news puts the point first. The encoder cuts it. */
export const embeddingText = (article: Pick<Article, "title" | "body">): string =>
  article.title === "" ? article.body : `${article.title}。${article.body}`;
