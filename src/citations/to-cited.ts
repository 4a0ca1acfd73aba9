import type { Article } from "../archive/article.ts";
import { dayOf } from "../text/days.ts";
import { toSuppliedTitle } from "../text/opening.ts";
import { toSafeLink } from "../text/safe-link.ts";
import { toKnownLanguage } from "../text/text-language.ts";
import { type CitedArticle, toLine } from "./cited-article.ts";

/** What was published without a title gets one in square brackets: reference managers cannot do without. */
export function toCited(article: Article, timezone: string): CitedArticle {
  return {
    id: toLine(article.id),
    title: toLineIfAny(article.title) ?? toLine(toSuppliedTitle(article.body)),
    source: toLineIfAny(article.source),
    category: toLineIfAny(article.category),
    // A reference manager opens it: only what a browser may follow.
    url: toSafeLink(article.url),
    day: article.publishedAtMs === undefined ? undefined : dayOf(article.publishedAtMs, timezone),
    language: toKnownLanguage(article.title + article.body),
  };
}

const toLineIfAny = (text: string | undefined): string | undefined => {
  const line = toLine(text ?? "");
  return line === "" ? undefined : line;
};
