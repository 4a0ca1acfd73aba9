import assert from "node:assert/strict";
import { test } from "node:test";
import { joinsWords } from "./joins-words.ts";

test("a pair that cuts a word and takes in another joins them", () => {
  for (const [text, pair, joins] of [
    ["银行降低利率", "行降", true],
    ["发展中国家", "中国", true],
    ["中国的国家队", "中国", false],
    ["银行降低利率", "银行", false],
    ["银行降低利率", "降低", false],
    ["利率", "利率", false],
  ] as const) {
    assert.equal(joinsWords(text, text.indexOf(pair)), joins, `${pair} in ${text}`);
  }
});

test("what stands far away changes nothing", () => {
  const far = "，今天下午的会议讨论了城市建设。".repeat(30);
  const text = `${far}银行降低利率${far}`;
  assert.equal(joinsWords(text, text.indexOf("行降")), true);
  assert.equal(joinsWords(text, text.indexOf("降低")), false);
});
