import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TermTable } from "./term-table.ts";

test("collects what a map collects, in key order", () => {
  const key = fc.record({
    high: fc.oneof(fc.constant(0), fc.constantFrom(0x80000001, 0x80000002, 0xffffffff)),
    low: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(0xffffffff, 0x4eba0000)),
  });
  fc.assert(
    fc.property(fc.array(fc.array(key, { maxLength: 20 }), { maxLength: 20 }), (rows) => {
      const table = new TermTable();
      const expected = new Map<string, number[]>();
      for (const [row, keys] of rows.entries()) {
        for (const { high, low } of keys) {
          table.add(high, low, row, 1);
          const name = `${high.toString(16).padStart(8, "0")} ${low.toString(16).padStart(8, "0")}`;
          const postings = expected.get(name) ?? [];
          if (postings.length > 0 && (postings.at(-1) ?? 0) >>> 6 === row) postings.push((postings.pop() ?? 0) + 1);
          else postings.push(row * 64 + 1);
          expected.set(name, postings);
        }
      }
      const found = Array.from(table.sorted(), ({ high, low, packed, count }) => [
        `${high.toString(16).padStart(8, "0")} ${low.toString(16).padStart(8, "0")}`,
        [...packed.subarray(0, count)],
      ]);
      assert.deepEqual(
        found,
        [...expected].sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    }),
  );
});

test("grows to many terms and caps frequencies", () => {
  const table = new TermTable();
  for (let term = 0; term < 50_000; term++) table.add(0, term * 7, 0, 1);
  for (let count = 0; count < 100; count++) table.add(0, 7, 1, 3);
  const [, second] = Array.from(table.sorted(), ({ packed, count }) => [...packed.subarray(0, count)]);
  assert.equal(table.terms, 50_000);
  assert.deepEqual(second, [1, 64 + 63]);
});
