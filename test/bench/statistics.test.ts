import assert from "node:assert/strict";
import { test } from "node:test";
import { fitLine, percentiles } from "../../bench/million/statistics.ts";

test("percentiles are samples, by nearest rank, whatever the order", () => {
  const samples = Array.from({ length: 200 }, (_, index) => 200 - index);
  assert.deepEqual(percentiles(samples), { count: 200, p50: 100, p95: 190, p99: 198, max: 200 });
  assert.deepEqual(percentiles([3]), { count: 1, p50: 3, p95: 3, p99: 3, max: 3 });
  assert.ok(Number.isNaN(percentiles([]).p50));
});

test("a line through points that lie on it has no error", () => {
  const { slope, intercept, slopeError } = fitLine([0, 1, 2, 5].map((x) => [x, 3 * x - 4] as const));
  assert.ok(Math.abs(slope - 3) < 1e-12 && Math.abs(intercept + 4) < 1e-12 && slopeError < 1e-12);
});

test("the error of the slope is that of the textbook", () => {
  // Residuals of y = 1.4 x − 0.1: ±; √(Σ residual² / (n − 2) / Σ (x − mean)²)
  const { slope, intercept, slopeError } = fitLine([
    [0, 0],
    [1, 1],
    [2, 3],
    [3, 4],
  ]);
  assert.ok(Math.abs(slope - 1.4) < 1e-12 && Math.abs(intercept + 0.1) < 1e-12);
  assert.ok(Math.abs(slopeError - Math.sqrt(0.2 / 2 / 5)) < 1e-12);
});
