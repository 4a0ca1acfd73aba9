import assert from "node:assert/strict";
import { test } from "node:test";
import { findVariants } from "./variants.ts";

test("what other regions call a word is told, in Simplified characters", () => {
  assert.deepEqual(findVariants("软件更新", ["软件更新"]), ["软体"]);
  assert.deepEqual(findVariants("軟體 大桥", ["软件", "大桥"]), ["软体"]);
});

test("what was typed is not told, nor what is not looked for", () => {
  assert.deepEqual(findVariants("软体", ["软件"]), []);
  assert.deepEqual(findVariants("颱風 -软件", ["台风"]), []);
});

test("nothing is told where nothing has another name, or of prose", () => {
  assert.deepEqual(findVariants("大桥 通车", ["大桥", "通车"]), []);
  assert.deepEqual(findVariants("", []), []);
  assert.deepEqual(findVariants("软件".repeat(40), ["软件"]), []);
});
