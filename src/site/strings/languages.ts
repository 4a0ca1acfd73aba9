import { docsEn } from "./docs-en.ts";
import type { DocsWords } from "./docs-words.ts";
import { docsZhHans } from "./docs-zh-hans.ts";
import { docsZhHant } from "./docs-zh-hant.ts";
import { en } from "./en.ts";
import type { Strings } from "./strings.ts";
import { zhHans } from "./zh-hans.ts";
import { zhHant } from "./zh-hant.ts";

export const LANGUAGES = ["zh-Hans", "zh-Hant", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  "zh-Hans": "简体",
  "zh-Hant": "繁體",
  en: "English",
};

export const STRINGS: Readonly<Record<Language, Strings>> = { "zh-Hans": zhHans, "zh-Hant": zhHant, en };

/** What the page of the API says. */
export const DOCS_WORDS: Readonly<Record<Language, DocsWords>> = {
  "zh-Hans": docsZhHans,
  "zh-Hant": docsZhHant,
  en: docsEn,
};

export const isLanguage = (value: unknown): value is Language => (LANGUAGES as readonly unknown[]).includes(value);

/** The first language of an Accept-Language header (RFC 9110, 12.5.4) that the pages speak; Simplified Chinese otherwise. */
export function negotiateLanguage(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return { tag, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { tag } of wishes) {
    if (/^zh\b.*\b(hant|tw|hk|mo)\b/.test(tag)) return "zh-Hant";
    if (/^zh\b/.test(tag)) return "zh-Hans";
    if (/^en\b/.test(tag)) return "en";
  }
  return "zh-Hans";
}
