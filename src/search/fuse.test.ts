import assert from "node:assert/strict";
import { test } from "node:test";
import { fuse, weightsFor } from "./fuse.ts";

const best = { keyword: 10, semantic: 0.5 };
const weights = { keyword: 0.75, semantic: 0.25 };

test("each side counts in proportion to the best, by its weight", () => {
  assert.equal(fuse({ keyword: 10, semantic: 0.5 }, best, weights), 1);
  assert.equal(fuse({ keyword: 5, semantic: 0.25 }, best, weights), 0.5);
  assert.equal(fuse({ keyword: 0, semantic: 0.5 }, best, weights), 0.25);
});

test("no vector, a negative cosine and no best count nothing", () => {
  assert.equal(fuse({ keyword: 10, semantic: undefined }, best, weights), 0.75);
  assert.equal(fuse({ keyword: 10, semantic: -0.3 }, best, weights), 0.75);
  assert.equal(fuse({ keyword: 0, semantic: 0 }, { keyword: 0, semantic: 0 }, weights), 0);
});

test("the weights of a query sum to 1, and both sides count", () => {
  const { keyword, semantic } = weightsFor({ words: ["电车"], phrases: [] });
  assert.ok(keyword > 0 && semantic > 0);
  assert.ok(Math.abs(keyword + semantic - 1) < 1e-9);
});
