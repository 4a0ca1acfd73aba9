import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bootstrapInterval, mean, pairedRandomisationP } from "./significance.ts";

describe("bootstrap interval", () => {
  test("of equal values is that value", () => {
    assert.deepEqual(bootstrapInterval([0.25, 0.25, 0.25]), { low: 0.25, high: 0.25 });
  });

  test("of half zeros and half ones is near the normal approximation", () => {
    const values = Array.from({ length: 400 }, (_, index) => index % 2);
    const { low, high } = bootstrapInterval(values);
    const halfWidth = 1.96 * Math.sqrt(0.25 / 400);
    assert.ok(Math.abs(low - (0.5 - halfWidth)) < 0.01, `${low}`);
    assert.ok(Math.abs(high - (0.5 + halfWidth)) < 0.01, `${high}`);
  });

  test("of nothing is 0, and the same values give the same interval", () => {
    assert.deepEqual(bootstrapInterval([]), { low: 0, high: 0 });
    assert.equal(mean([]), 0);
    assert.deepEqual(bootstrapInterval([0, 1, 0.5]), bootstrapInterval([0, 1, 0.5]));
  });
});

describe("paired randomisation test", () => {
  test("against the exact count of sign flips: 5 differences of one sign are as large in 2 of 32 cases", () => {
    const p = pairedRandomisationP([0.9, 0.8, 0.7, 0.6, 0.5], [0.8, 0.6, 0.4, 0.2, 0]);
    assert.ok(Math.abs(p - 2 / 32) < 0.01, `${p}`);
  });

  test("equal scores are no difference, in both directions the same p", () => {
    assert.equal(pairedRandomisationP([1, 0, 1], [1, 0, 1]), 1);
    const a = Array.from({ length: 50 }, (_, index) => (index % 7) / 7);
    const b = Array.from({ length: 50 }, (_, index) => (index % 5) / 5);
    assert.equal(pairedRandomisationP(a, b), pairedRandomisationP(b, a));
  });

  test("a steady gain over many queries is significant", () => {
    const a = Array.from({ length: 200 }, (_, index) => 0.5 + (index % 3) * 0.1);
    assert.ok(
      pairedRandomisationP(
        a,
        a.map((value) => value - 0.05),
      ) < 0.001,
    );
  });

  test("lists of unequal length are refused", () => {
    assert.throws(() => pairedRandomisationP([1], []), RangeError);
  });
});
