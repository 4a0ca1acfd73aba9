import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firstAtLeast, partitionPoint } from "./partition-point.ts";

const ascending = fc.array(fc.integer({ min: -20, max: 20 })).map((values) => values.sort((a, b) => a - b));

test("finds what a walk from the beginning finds, equal numbers and both ends included", () => {
  fc.assert(
    fc.property(ascending, fc.integer({ min: -25, max: 25 }), fc.nat(), (values, least, cut) => {
      const to = Math.min(cut, values.length);
      const wanted = values.slice(0, to).findIndex((value) => value >= least);
      assert.equal(firstAtLeast(values, least, to), wanted < 0 ? to : wanted);
      assert.equal(firstAtLeast(Float64Array.from(values), least), firstAtLeast(values, least, values.length));
    }),
  );
});

test("asks only about indexes in its range, and about few of them", () => {
  const asked: number[] = [];
  const found = partitionPoint(1000, 2_000_000, (index) => {
    asked.push(index);
    return index < 1_234_567;
  });
  assert.equal(found, 1_234_567);
  assert.ok(asked.length <= 21, `${asked.length} asked`);
  assert.ok(asked.every((index) => index >= 1000 && index < 2_000_000));
  assert.equal(
    partitionPoint(5, 5, () => assert.fail("nothing to ask about")),
    5,
  );
});

test("undated rows at minus infinity come first", () => {
  const times = Float64Array.of(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 5);
  assert.equal(firstAtLeast(times, -Number.MAX_VALUE), 2);
  assert.equal(firstAtLeast(times, Number.NEGATIVE_INFINITY), 0);
});
