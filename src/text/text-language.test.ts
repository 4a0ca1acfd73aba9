import assert from "node:assert/strict";
import { test } from "node:test";
import { toTextLanguage } from "./text-language.ts";

test("a text's script is told by the characters that only one script writes", () => {
  const cases: readonly (readonly [string, ReturnType<typeof toTextLanguage>])[] = [
    ["这座桥今天开放", "zh-Hans"],
    ["這座橋今天開放", "zh-Hant"],
    ["书店里有一本《臺灣通史》，我们都说好看", "zh-Hans"],
    ["桥 bridge 橋", undefined],
    ["bridge 2021", undefined],
    ["", undefined],
  ];
  for (const [text, language] of cases) assert.equal(toTextLanguage(text), language, text);
});
