import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { TimeSlices } from "./time-slices.ts";

test("a slice is over after its time, others get their turn, and then another begins", async (t) => {
  let now = 1000;
  mock.method(performance, "now", () => now);
  t.after(() => mock.restoreAll());
  const slices = new TimeSlices(4);
  assert.equal(slices.isOver, false);
  now += 3;
  assert.equal(slices.isOver, false);
  now += 1;
  assert.equal(slices.isOver, true);
  let othersHadTheirTurn = false;
  setImmediate(() => {
    othersHadTheirTurn = true;
  });
  await slices.next();
  assert.ok(othersHadTheirTurn);
  assert.equal(slices.isOver, false);
  now += 4;
  assert.equal(slices.isOver, true);
});
