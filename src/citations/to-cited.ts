import type { Article } from "../archive/article.ts";
import { dayOf } from "../text/days.ts";
import { toSafeLink } from "../text/safe-link.ts";
import { toTextLanguage } from "../text/text-language.ts";
import { type CitedArticle, toLine } from "./cited-article.ts";

export function toCited(article: Article, timezone: string): CitedArticle {
  return {
    id: toLine(article.id),
    title: toLine(article.title),
    source: toLineIfAny(article.source),
    category: toLineIfAny(article.category),
    // A reference manager opens it: only what a browser may follow.
    url: toSafeLink(article.url),
    day: article.publishedAtMs === undefined ? undefined : dayOf(article.publishedAtMs, timezone),
    language: toTextLanguage(article.title + article.body) ?? "zh",
  };
}

const toLineIfAny = (text: string | undefined): string | undefined => {
  const line = toLine(text ?? "");
  return line === "" ? undefined : line;
};
