import type { Article } from "../../archive/article.ts";
import { compareTexts, type TextComparison } from "../../text/comparison/compare-texts.ts";
import { compareWords, type WordChange } from "../../text/comparison/compare-words.ts";

/** What of an article is compared. */
export type ComparedText = Pick<Article, "title" | "body">;

export interface ArticleComparison {
  readonly title: readonly WordChange[];
  readonly body: TextComparison;
}

/** UTF-16 units of titles that are compared; a longer one is no headline. */
const MAX_TITLE_UNITS = 1000;

/** Two articles beside each other. Takes some hundred milliseconds for the longest texts. */
export const compareArticles = (older: ComparedText, newer: ComparedText): ArticleComparison => ({
  title: compareWords(older.title.slice(0, MAX_TITLE_UNITS), newer.title.slice(0, MAX_TITLE_UNITS)),
  body: compareTexts(older.body, newer.body),
});
