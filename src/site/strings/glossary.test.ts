import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FOLLOW_WORDS } from "./follow-words.ts";
import { LANGUAGES, type Language, STRINGS } from "./languages.ts";

const GLOSSARY = readFileSync(join(import.meta.dirname, "../../../docs/GLOSSARY-UI.md"), "utf8");

/** Cells of the rows of a table whose first cell matches. */
const rowsOf = (first: RegExp): string[][] =>
  GLOSSARY.split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([cell = ""]) => first.test(cell));

/** What pages say in a language; words of the pages on which a search is followed stand in a table of their own. */
const wordsOf = (language: Language) => ({ ...STRINGS[language], following: FOLLOW_WORDS[language] });

/** The words of a language at a path such as `modes.hybrid.name`. */
const wordsAt = (language: Language, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined,
      wordsOf(language),
    );

/** Every sentence of a language; those with values in them are called with names that stand out. */
function allWords(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "function") return [String(value("7", "8", "9"))];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(allWords) : [];
}

test("the pages call things as the glossary does, in each language", () => {
  const rows = rowsOf(/^`[\w.]+`$/);
  assert.ok(rows.length > 30, `${rows.length} rows`);
  for (const [path = "", ...names] of rows) {
    LANGUAGES.forEach((language, column) => {
      assert.equal(wordsAt(language, path.replaceAll("`", "")), names[column], `${path} ${language}`);
    });
  }
});

test("words that the glossary rules out stand nowhere", () => {
  for (const [language, label] of [
    ["zh-Hans", "简体"],
    ["zh-Hant", "繁體"],
    ["en", "English"],
  ] as const) {
    const [, banned = ""] = rowsOf(new RegExp(`^${label}`)).at(-1) ?? [];
    const words = banned.split(/、|, /);
    assert.ok(words.length >= 4, language);
    for (const sentence of allWords(wordsOf(language))) {
      assert.deepEqual(
        words.filter((word) => sentence.includes(word)),
        [],
        `${language}: ${sentence}`,
      );
    }
  }
});

test("each language keeps to its own quotation marks and form of address", () => {
  for (const sentence of allWords(wordsOf("zh-Hant"))) assert.doesNotMatch(sentence, /[“”]|你/, sentence);
  for (const sentence of allWords(wordsOf("zh-Hans"))) assert.doesNotMatch(sentence, /[「」]|你/, sentence);
  for (const sentence of allWords(wordsOf("en"))) assert.doesNotMatch(sentence, /\p{Script=Han}/u, sentence);
});
