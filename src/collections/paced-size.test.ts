import assert from "node:assert/strict";
import { test } from "node:test";
import { PacedSize } from "./paced-size.ts";

const OPTIONS = { first: 16, least: 2, most: 100, targetMs: 1000 };

test("a paced size follows the pace within its limits, and grows by and by", () => {
  const paced = new PacedSize(OPTIONS);
  assert.equal(paced.size, 16);
  const sizes = [
    [16, 16], // fast: grows, by four at most
    [64, 64],
    [100, 2000], // 20 ms each: 50 last a second
    [50, 500_000], // ten seconds each: the least
    [2, 0], // no time at all
  ].map(([items = 0, tookMs = 0]) => {
    paced.learn(items, tookMs);
    return paced.size;
  });
  assert.deepEqual(sizes, [64, 100, 50, 2, 8]);
  assert.equal(new PacedSize({ ...OPTIONS, most: 10 }).size, 10);
});
