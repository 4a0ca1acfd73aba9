import type { CitedArticle } from "./cited-article.ts";

/** An item of CSL-JSON, as Zotero, pandoc and citeproc read it. */
export function toCsl({
  id,
  title,
  source,
  url,
  day,
  language,
  category,
  tags = [],
}: CitedArticle): Record<string, unknown> {
  return {
    id,
    type: "article-newspaper",
    title,
    ...(source !== undefined && { "container-title": source }),
    ...(day !== undefined && { issued: { "date-parts": [day.split("-").map(Number)] } }),
    ...(url !== undefined && { URL: url }),
    ...(category !== undefined && { section: category }),
    ...(tags.length > 0 && { keyword: tags.join(", ") }),
    ...(language !== undefined && { language }),
  };
}
