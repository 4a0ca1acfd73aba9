import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isJudged, METRIC_NAMES, METRICS, ndcgAt, recallAt, reciprocalRankAt } from "./metrics.ts";

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

describe("metrics of one ranking", () => {
  const grades = new Map([
    ["a", 3],
    ["b", 1],
    ["c", 2],
    ["d", 0],
    ["e", 1],
  ]);

  test("nDCG by hand: gains 0, 2, unjudged, 3 against the ideal 3, 2, 1, 1", () => {
    const gain = 2 / Math.log2(3) + 3 / Math.log2(5);
    const ideal = 3 + 2 / Math.log2(3) + 1 / Math.log2(4) + 1 / Math.log2(5);
    near(ndcgAt(10, ["d", "c", "x", "a"], grades), gain / ideal);
    near(ndcgAt(2, ["d", "c", "x", "a"], grades), 2 / Math.log2(3) / (3 + 2 / Math.log2(3)));
  });

  test("reciprocal rank: the first relevant one, within the depth", () => {
    assert.equal(reciprocalRankAt(10, ["d", "x", "e", "a"], grades), 1 / 3);
    assert.equal(reciprocalRankAt(2, ["d", "x", "e", "a"], grades), 0);
  });

  test("recall: of all relevant ones, within the depth", () => {
    assert.equal(recallAt(10, ["a", "d", "e", "x"], grades), 2 / 4);
    assert.equal(recallAt(1, ["a", "d", "e", "x"], grades), 1 / 4);
  });

  test("a grade below 1 is not relevant, negative grades included", () => {
    const none = new Map([
      ["a", 0],
      ["b", -2],
    ]);
    assert.equal(isJudged(none), false);
    for (const name of METRIC_NAMES) assert.equal(METRICS[name](["a", "b"], none), 0);
    near(ndcgAt(10, ["b", "c"], new Map([...none, ["c", 1]])), 1 / Math.log2(3));
  });

  test("an empty ranking scores 0", () => {
    for (const name of METRIC_NAMES) assert.equal(METRICS[name]([], grades), 0);
  });

  test("every metric lies in 0–1, and the ideal order of all relevant ones scores 1 where the depth allows", () => {
    const documents = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: 0, max: 3 })), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(documents, fc.infiniteStream(fc.nat()), (judged, order) => {
        const byId = new Map(judged);
        const shuffled = judged.map(([id]) => ({ id, key: order.next().value ?? 0 })).sort((a, b) => a.key - b.key);
        for (const name of METRIC_NAMES) {
          const value = METRICS[name](
            shuffled.map(({ id }) => id),
            byId,
          );
          assert.ok(value >= 0 && value <= 1 + 1e-12);
        }
        const ideal = [...judged].sort((a, b) => b[1] - a[1]).map(([id]) => id);
        if (isJudged(byId)) for (const name of METRIC_NAMES) near(METRICS[name](ideal, byId), 1);
      }),
    );
  });
});
