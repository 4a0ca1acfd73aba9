import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PairTable } from "./pair-table.ts";

const half = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffffffff }));

test("numbers pairs as a map would, in the order in which they came, however often it grows", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(half, half), { maxLength: 300 }), fc.nat(8), (pairs, capacity) => {
      const table = new PairTable(capacity);
      const numbers = new Map<string, number>();
      for (const [high, low] of pairs) {
        const key = `${high} ${low}`;
        assert.equal(table.find(high, low), numbers.get(key) ?? -1);
        const number = numbers.get(key) ?? numbers.size;
        numbers.set(key, number);
        assert.equal(table.add(high, low), number);
      }
      assert.equal(table.size, numbers.size);
      for (const [key, number] of numbers) {
        const [high = 0, low = 0] = key.split(" ").map(Number);
        assert.equal(table.find(high, low), number);
        assert.deepEqual([table.highs[number], table.lows[number]], [high, low]);
      }
    }),
  );
});

test("pairs whose halves are swapped are two", () => {
  const table = new PairTable(4);
  assert.deepEqual([table.add(1, 2), table.add(2, 1), table.add(1, 2)], [0, 1, 0]);
});
