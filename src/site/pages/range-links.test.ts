import assert from "node:assert/strict";
import { test } from "node:test";
import { moveRange, widen } from "./range-links.ts";

test("a range moves by its own length; whole months and years stay whole", () => {
  assert.deepEqual(moveRange("2020-01-01", "2020-12-31", 1), { from: "2021-01-01", to: "2021-12-31" });
  assert.deepEqual(moveRange("2020-03-01", "2020-03-31", -1), { from: "2020-02-01", to: "2020-02-29" });
  assert.deepEqual(moveRange("2020-01-01", "2020-03-31", 1), { from: "2020-04-01", to: "2020-06-30" });
  assert.deepEqual(moveRange("2020-03-10", "2020-03-12", 1), { from: "2020-03-13", to: "2020-03-15" });
  assert.deepEqual(moveRange("9999-01-01", "9999-12-31", 1), { from: "9999-12-31", to: "9999-12-31" });
});

test("a range widens from days to their month, from months to their year, from years to nothing", () => {
  assert.deepEqual(widen("2020-02-03", "2020-02-05"), { from: "2020-02-01", to: "2020-02-29" });
  assert.deepEqual(widen("2020-02-01", "2020-02-29"), { from: "2020-01-01", to: "2020-12-31" });
  assert.deepEqual(widen("2019-11-05", "2020-02-05"), { from: "2019-01-01", to: "2020-12-31" });
  assert.equal(widen("2020-01-01", "2020-12-31"), undefined);
});
