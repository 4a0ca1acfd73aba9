import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyUnicode } from "../../test/fakes/any-text.ts";
import { toPrintable, toVisible } from "./printable.ts";

test("what a terminal obeys and what nobody sees is made visible", () => {
  for (const [text, visible] of [
    ["\u001b[2J红\u0007", "\\u001b[2J红\\u0007"],
    ["\u009b31m", "\\u009b31m"],
    ["甲\u202e乙\u2066", "甲\\u202e乙\\u2066"],
    ["零\u200b宽\u200d字\u2060符\ufeff", "零\\u200b宽\\u200d字\\u2060符\\ufeff"],
    ["标\u{e0041}签", "标\\udb40\\udc41签"],
    ["软\u00ad连\u061c字\u3164", "软\\u00ad连\\u061c字\\u3164"],
    ["行\u2028段\u2029\r", "行\\u2028段\\u2029\\u000d"],
  ] as const)
    assert.equal(toVisible(text), visible);
});

test("what is seen stays: line breaks, tabs, variants of characters, emoji put together", () => {
  for (const text of ["一\n二\t三", "葛\u{e0100}城", "☎️", "👨‍👩‍👧", "👩🏽‍🚀", "🏳️‍🌈"])
    assert.equal(toVisible(text), text);
});

test("JSON stays the same JSON, and text without such characters the same text", () => {
  fc.assert(
    fc.property(fc.array(anyUnicode()), (texts) => {
      const json = toVisible(JSON.stringify(texts, undefined, 2));
      assert.deepEqual(JSON.parse(json), texts);
      assert.doesNotMatch(json, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }),
  );
  fc.assert(fc.property(fc.stringMatching(/^[\u0020-\u007e\u4e00-\u9fff]*$/), (text) => toVisible(text) === text));
});

test("a printable text stands on one line", () => {
  assert.equal(toPrintable("一\r\n二\t三\u2028四\u001b[A"), "一 二 三 四\\u001b[A");
});
