import type { Article } from "./article.ts";

/** An article as one line of JSON, as `wenxun import` reads it. A date that is none, of a damaged article, is left out. */
export function toArticleLine({ id, title, body, publishedAtMs, url, source, category }: Article): string {
  const date = new Date(publishedAtMs ?? Number.NaN);
  const published = Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  return `${JSON.stringify({ id, title, body, published, url, source, category })}\n`;
}
