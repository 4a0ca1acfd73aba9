import assert from "node:assert/strict";
import { test } from "node:test";
import { commonest, wordsOf } from "../../bench/million/queries.ts";

test("words are Chinese, of two characters or more, each once", () => {
  assert.deepEqual([...wordsOf("城市，城市！ the GPT 我 2024")], ["城市"]);
});

test("the commonest words are those of the most texts", () => {
  const texts = [new Set(["城市", "港口"]), new Set(["港口"]), new Set(["港口", "大桥", "城市"])];
  assert.deepEqual(commonest(texts, 2), ["港口", "城市"]);
});
