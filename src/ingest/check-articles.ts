import type { Article } from "../archive/article.ts";
import { checkFields, checkValue, type FieldRule, type FieldRules, isText } from "../text/check-fields.ts";
import { MAX_INSTANT_MS, MIN_INSTANT_MS } from "./dates/calendar.ts";
import { MAX_ID_LENGTH } from "./identity.ts";

const TEXT: FieldRule = { wanted: "text", isRight: isText };
const NAME: FieldRule = { wanted: "text, or no such field", isRight: isText };

const ARTICLE: FieldRules<Article> = {
  id: {
    wanted: `text of 1 to ${MAX_ID_LENGTH} characters, another for each article`,
    isRight: (value) => isText(value) && value.length >= 1 && value.length <= MAX_ID_LENGTH,
    isRequired: true,
  },
  title: { ...TEXT, isRequired: true },
  body: { ...TEXT, isRequired: true },
  url: NAME,
  source: NAME,
  category: NAME,
  publishedAtMs: {
    wanted: "a whole number of milliseconds since 1970 UTC in the years 0 to 9999, or no such field",
    isRight: (value) => Number.isInteger(value) && Number(value) >= MIN_INSTANT_MS && Number(value) <= MAX_INSTANT_MS,
  },
};

/**
 * Checks articles that a program made itself; those of files and requests are made by the mapper.
 * @throws AppError `bad-input` that names the first wrong field with the place of its article
 */
export function checkArticles(articles: unknown): asserts articles is readonly Article[] {
  checkValue(
    articles,
    { wanted: "an array of articles", isRight: Array.isArray },
    { code: "bad-input", name: "articles" },
  );
  // It was just found to be an array; in one with holes, each hole is looked at too.
  for (const [at, article] of (articles as readonly unknown[]).entries())
    checkFields<Article>(article, ARTICLE, { code: "bad-input", name: `articles[${at}]` });
}
