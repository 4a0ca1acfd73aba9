import type { Article } from "./article.ts";
import type { Edition } from "./edition.ts";

/** An article as one line of JSON, as `wenxun import` reads it. A date that is none, of a damaged article, is left out. */
export const toArticleLine = (article: Article): string => `${JSON.stringify(toRecord(article))}\n`;

/** The same, with what it said before, oldest first, under `editions`: each with the moment at which it came. */
export function toLineWithEditions(article: Article, earlier: readonly Edition[]): string {
  if (earlier.length === 0) return toArticleLine(article);
  const editions = earlier.map((edition) => ({
    since: toIso(edition.sinceMs),
    ...toRecord(edition.article),
    id: undefined,
  }));
  return `${JSON.stringify({ ...toRecord(article), editions })}\n`;
}

const toRecord = ({ id, title, body, publishedAtMs, url, source, category }: Article) => ({
  id,
  title,
  body,
  published: toIso(publishedAtMs),
  url,
  source,
  category,
});

function toIso(atMs: number | undefined): string | undefined {
  const date = new Date(atMs ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
