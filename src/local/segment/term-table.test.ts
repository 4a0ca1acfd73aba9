import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TermTable } from "./term-table.ts";

/** Each term as its high and low half and then its postings. */
function takeAll(table: TermTable): number[][] {
  const terms: number[][] = [];
  table.takeSorted((high, low, packed, count) => terms.push([high, low, ...packed.subarray(0, count)]));
  return terms;
}

const hex = (half = 0): string => half.toString(16).padStart(8, "0");

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
          const name = `${hex(high)} ${hex(low)}`;
          const postings = expected.get(name) ?? [];
          if (postings.length > 0 && (postings.at(-1) ?? 0) >>> 6 === row) postings.push((postings.pop() ?? 0) + 1);
          else postings.push(row * 64 + 1);
          expected.set(name, postings);
        }
      }
      const found = takeAll(table).map(([high, low, ...postings]) => [`${hex(high)} ${hex(low)}`, postings]);
      assert.deepEqual(
        found,
        [...expected].sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    }),
  );
});

test("grows to many terms, and is as new when it is cleared", () => {
  const table = new TermTable();
  for (const shift of [1, 2]) {
    for (let term = 0; term < 50_000; term++) table.add(0, (term * 7919) % 50_000, shift, 1);
    for (let term = 0; term < 20_000; term++) table.add(0x80000000 + ((term * 7919) % 20_000), 1, shift, 1);
    const terms = takeAll(table);
    assert.deepEqual(
      terms,
      Array.from({ length: 70_000 }, (_, term) =>
        term < 50_000 ? [0, term, shift * 64 + 1] : [0x80000000 + term - 50_000, 1, shift * 64 + 1],
      ),
    );
    table.clear();
  }
});

test("caps frequencies, of the last rows too, and keeps a term of many rows", () => {
  const table = new TermTable();
  for (let row = 0; row < 5000; row++) for (let count = 0; count < 3; count++) table.add(0, 7, row, 1);
  for (const row of [2 ** 26 - 2, 2 ** 26 - 1]) for (let count = 0; count < 100; count++) table.add(0, 7, row, 3);
  const expected = Array.from({ length: 5000 }, (_, row) => row * 64 + 3);
  assert.deepEqual(takeAll(table), [[0, 7, ...expected, 2 ** 32 - 65, 2 ** 32 - 1]]);
});
