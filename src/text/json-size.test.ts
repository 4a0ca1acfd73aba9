import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, type ErrorCode } from "../errors.ts";
import { checkJsonSize } from "./json-size.ts";

const LIMITS = { maxValues: 1000, maxDepth: 8 };

function refusalOf(text: string): ErrorCode | undefined {
  try {
    checkJsonSize(text, LIMITS);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof AppError);
    return error.code;
  }
}

for (const [what, text, refusal] of [
  ["empty objects", `[${"{},".repeat(1000)}{}]`, "payload-too-large"],
  ["empty texts", `[${'"",'.repeat(1000)}""]`, "payload-too-large"],
  ["numbers", `[${"1,".repeat(1000)}1]`, "payload-too-large"],
  ["names", `{${'"a":1,'.repeat(500)}"a":1}`, "payload-too-large"],
  ["brackets", "[".repeat(500_000), "invalid-request"],
  ["one text that is full of marks", `["${'[{,:\\"'.repeat(5000)}"]`, undefined],
  ["backslashes at the end of a text", `["\\\\",${'"",'.repeat(1000)}""]`, "payload-too-large"],
  ["as many as are allowed", `[${'"x",'.repeat(997)}"x"]`, undefined],
  ["a text without an end", `["${",".repeat(5000)}`, undefined],
] as const) {
  test(`${what}: ${refusal ?? "taken"}`, () => {
    assert.equal(refusalOf(text), refusal);
  });
}

test("a text is read once, whatever it holds", () => {
  // Backslashes before each quote would be counted again and again if they were counted from the beginning.
  const text = `["${"\\".repeat(200_000)}"]`;
  assert.equal(refusalOf(text), undefined);
});
