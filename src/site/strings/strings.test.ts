import assert from "node:assert/strict";
import { test } from "node:test";
import { SEARCH_NOTICES } from "../../archive/result.ts";
import { ERROR_KINDS } from "../../errors.ts";
import { LANGUAGES, negotiateLanguage, STRINGS } from "./languages.ts";

test("the language follows Accept-Language, by weight", () => {
  const cases: readonly (readonly [string | undefined, string])[] = [
    [undefined, "zh-Hans"],
    ["", "zh-Hans"],
    ["zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"],
    ["zh-Hant-HK", "zh-Hant"],
    ["zh-CN", "zh-Hans"],
    ["fr;q=0.9, en-GB;q=0.5", "en"],
    ["en;q=0.3, zh-HK;q=0.7", "zh-Hant"],
    ["en;q=0, zh", "zh-Hans"],
    ["ja", "zh-Hans"],
    ["en;q=x", "zh-Hans"],
  ];
  for (const [header, language] of cases) assert.equal(negotiateLanguage(header), language, header);
});

test("where texts were not read, titles and nearness are named beside phrases, and no article counts as read", () => {
  const wanted = { "zh-Hans": ["短语", "标题", "邻近", "全部"], "zh-Hant": ["片語", "標題", "鄰近", "全部"] } as const;
  const words = { en: ["phrase", "title", "near", "All of them"], ...wanted };
  for (const language of LANGUAGES) {
    const notice = STRINGS[language].notices["phrase-unchecked"];
    for (const word of words[language]) assert.ok(notice.includes(word), `${language} ${word}`);
  }
});

test("every notice and every error code has words of its own in each language", () => {
  const tables = [
    ["notices", SEARCH_NOTICES],
    ["errors", Object.keys(ERROR_KINDS)],
  ] as const;
  for (const language of LANGUAGES) {
    for (const [table, codes] of tables) {
      const words: Readonly<Record<string, string>> = STRINGS[language][table];
      assert.deepEqual(Object.keys(words).sort(), [...codes].sort(), `${language} ${table}`);
      for (const code of codes) {
        const isChinese = /\p{Script=Han}/u.test(words[code] ?? "");
        assert.equal(isChinese, language !== "en", `${language} ${code}: ${words[code]}`);
      }
      assert.equal(new Set(Object.values(words)).size, codes.length, `${language} ${table}: no two codes say the same`);
    }
  }
});
