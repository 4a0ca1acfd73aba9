import type { Article } from "../../archive/article.ts";
import { toSafeLink } from "../../http/security.ts";
import { dayOf } from "../../text/days.ts";
import { toTextLanguage } from "../../text/text-language.ts";

/** An article as citations need it: what is known, on one line each, the day in the archive's calendar. */
export interface CitedArticle {
  readonly id: string;
  readonly title: string;
  readonly source: string | undefined;
  readonly category: string | undefined;
  readonly url: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly day: string | undefined;
  readonly language: string;
}

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

/** Line breaks and control characters would end a field of the formats that go by lines. */
export const toLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
    .trim();

const toLineIfAny = (text: string | undefined): string | undefined => {
  const line = toLine(text ?? "");
  return line === "" ? undefined : line;
};
