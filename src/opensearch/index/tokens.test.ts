import assert from "node:assert/strict";
import { test } from "node:test";
import { packVector, unpackVector } from "./pack-vector.ts";
import { tokensOf, toToken } from "./tokens.ts";

test("terms are those of the fold, with nothing in them at which a cluster would cut", () => {
  assert.deepEqual(tokensOf("人工智能，GPT4！"), ["人工", "工智", "智能", "能", "gpt4", "gpt", "4"]);
  assert.deepEqual(tokensOf("軟體"), tokensOf("软件"));
  for (const token of tokensOf("在𠮷野家 the C++ \u0000 node.js　全角 ｈａ")) {
    assert.ok(token.isWellFormed(), token);
    assert.doesNotMatch(token, /\s/);
  }
});

test("long words stay apart though they are kept shorter", () => {
  const [a, b] = ["x".repeat(300), `${"x".repeat(299)}y`].map(toToken);
  assert.notEqual(a, b);
  assert.ok((a?.length ?? 0) < 100);
});

test("a packed vector is the same unit vector, nearly", () => {
  const vector = Float32Array.from([0.6, -0.8, 0, 0]);
  const again = unpackVector(packVector(vector));
  for (const [index, value] of vector.entries()) assert.ok(Math.abs(value - (again[index] ?? 9)) < 0.01);
  assert.ok(Math.abs(Math.hypot(...again) - 1) < 1e-6);
});
