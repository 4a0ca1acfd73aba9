import type { Article } from "./article.ts";

/** One of the texts that an article has had, without its body. */
export interface EditionSummary {
  /** 1 for the first; each later one counts on. */
  readonly number: number;
  /** When it took the place of the one before, ms since 1970 UTC; absent for the first. */
  readonly sinceMs?: number | undefined;
  readonly title: string;
  /** As it says itself: the instant of publication. */
  readonly publishedAtMs?: number | undefined;
}

/** One of the texts that an article has had. */
export interface Edition extends Omit<EditionSummary, "title" | "publishedAtMs"> {
  readonly article: Article;
}

/** An article, and what it said before, oldest first. */
export interface ArticleHistory {
  readonly article: Article;
  readonly earlier: readonly Edition[];
}
