import assert from "node:assert/strict";
import { test } from "node:test";
import { markRanges } from "./view.ts";

test("white space beside a word is not marked with it, and a mark of nothing else is none", () => {
  const text = "近海地震 发布海啸警报";
  assert.equal(
    markRanges(text, [
      [2, 5],
      [7, 9],
    ]).markup,
    "近海<mark>地震</mark> 发布<mark>海啸</mark>警报",
  );
  assert.equal(markRanges(text, [[4, 5]]).markup, text);
  assert.equal(markRanges("短", [[0, 99]]).markup, "<mark>短</mark>");
});
