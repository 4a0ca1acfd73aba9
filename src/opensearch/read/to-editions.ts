import type { Edition, EditionSummary } from "../../archive/edition.ts";
import type { StoredDocument } from "../index/to-document.ts";

/** All that an article has said, oldest first and what it says now last. */
export function toEditions({ article, earlier = [] }: Pick<StoredDocument, "article" | "earlier">): Edition[] {
  return [...earlier.map((edition) => edition.article), article].map((text, index) => {
    const sinceMs = earlier[index - 1]?.replacedAtMs;
    return { number: index + 1, ...(sinceMs === undefined ? {} : { sinceMs }), article: text };
  });
}

export const toSummary = ({ article: { title, publishedAtMs }, ...about }: Edition): EditionSummary => ({
  ...about,
  title,
  publishedAtMs,
});
