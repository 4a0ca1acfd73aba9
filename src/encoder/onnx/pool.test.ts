import assert from "node:assert/strict";
import { test } from "node:test";
import { type HiddenStates, pool } from "./pool.ts";

// Two texts of up to three tokens, two dimensions; the second text has two tokens and padding.
const STATES: HiddenStates = {
  data: Float32Array.of(3, 4, 0, 2, 6, 0, /* text 2 */ 0, 1, 8, 5, 99, 99),
  longest: 3,
  dimensions: 2,
};

const rounded = (vector: Float32Array | undefined) =>
  Array.from(vector ?? [], (value) => Math.round(value * 1e4) / 1e4);
const unit = (...values: number[]) => rounded(Float32Array.from(values, (value) => value / Math.hypot(...values)));

test("pooling takes the tokens of its own text, and never the padding", () => {
  const whole = { from: 0, to: 3 };
  assert.deepEqual(rounded(pool(STATES, 0, whole, "cls")), unit(3, 4));
  assert.deepEqual(rounded(pool(STATES, 0, whole, "mean")), unit(9, 6));
  assert.deepEqual(rounded(pool(STATES, 0, whole, "max")), unit(6, 4));
  assert.deepEqual(rounded(pool(STATES, 0, whole, "lasttoken")), unit(6, 0));
  const short = { from: 0, to: 2 };
  assert.deepEqual(rounded(pool(STATES, 1, short, "cls")), unit(0, 1));
  assert.deepEqual(rounded(pool(STATES, 1, short, "mean")), unit(8, 6));
  assert.deepEqual(rounded(pool(STATES, 1, short, "max")), unit(8, 5));
  assert.deepEqual(rounded(pool(STATES, 1, short, "lasttoken")), unit(8, 5));
  assert.deepEqual(rounded(pool(STATES, 1, { from: 1, to: 2 }, "mean")), unit(8, 5));
});

test("what cancels out or is no number has no vector", () => {
  const states = (...data: number[]) => ({ data: Float32Array.from(data), longest: 2, dimensions: 1 });
  assert.equal(pool(states(1, -1), 0, { from: 0, to: 2 }, "mean"), undefined);
  assert.equal(pool(states(NaN, 1), 0, { from: 0, to: 2 }, "cls"), undefined);
});
