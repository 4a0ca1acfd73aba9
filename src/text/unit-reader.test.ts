import assert from "node:assert/strict";
import { test } from "node:test";
import { UnitReader } from "./unit-reader.ts";

test("the units of a text come first, whatever was read before and however long it is", () => {
  const reader = new UnitReader();
  for (const text of ["", "人工智能 ai", "\ud842\udfb7\ud842 é\u0000", "长".repeat(8192), "长短".repeat(9000), "短"]) {
    const units = reader.read(text);
    assert.deepEqual(
      Array.from({ length: text.length }, (_, index) => units[index]),
      Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)),
    );
  }
});
