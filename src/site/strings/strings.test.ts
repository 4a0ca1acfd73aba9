import assert from "node:assert/strict";
import { test } from "node:test";
import { negotiateLanguage } from "./languages.ts";

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
