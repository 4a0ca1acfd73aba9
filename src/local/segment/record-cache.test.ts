import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordCache } from "./record-cache.ts";

const BYTES = 8;
/** Far more rows than are kept. */
const ROWS = 5000;

const recordOf = (row: number): Uint8Array => new Uint8Array(BYTES).fill(row % 251).fill(row % 7, 4);

test("a row is given as it was kept, or not at all, whatever rows share its slot", () => {
  const cache = new RecordCache(BYTES);
  const target = new Uint8Array(BYTES);
  assert.equal(cache.read(0, target), false, "of what was never kept nothing is given");
  for (let row = 0; row < ROWS; row++) cache.keep(row, recordOf(row));
  let known = 0;
  for (let row = 0; row < ROWS; row++) {
    target.fill(255);
    if (!cache.read(row, target)) continue;
    known++;
    assert.deepEqual(target, recordOf(row), String(row));
  }
  assert.ok(known > 0 && known < ROWS, `${known} are kept`);
});
