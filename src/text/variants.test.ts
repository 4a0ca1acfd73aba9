import assert from "node:assert/strict";
import { test } from "node:test";
import { findVariants } from "./variants.ts";

test("a query in Traditional characters is also its Simplified form and its regional words", () => {
  assert.deepEqual(findVariants("軟體"), ["软体", "软件"]);
  assert.deepEqual(findVariants("颱風登陸"), ["台风登陆"]);
});

test("a Simplified query is also what other regions say", () => {
  assert.ok(findVariants("软件更新").includes("软体"));
  assert.ok(!findVariants("软件更新").includes("软件"));
});

test("nothing is told where nothing is folded, or of prose", () => {
  assert.deepEqual(findVariants("大桥 通车"), []);
  assert.deepEqual(findVariants(""), []);
  assert.deepEqual(findVariants("軟體".repeat(40)), []);
});
