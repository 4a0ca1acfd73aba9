import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KeyedValues } from "./keyed-values.ts";

const key = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0x7ff, 0x800, 0x3fffff));

test("sorts by key as a stable sort does, however often it grows and is cleared", () => {
  fc.assert(
    fc.property(fc.array(fc.array(key, { maxLength: 200 }), { maxLength: 4 }), (batches) => {
      const entries = new KeyedValues(1);
      for (const batch of batches) {
        entries.clear();
        for (const [value, key] of batch.entries()) entries.add(key, value);
        entries.sort();
        const sorted = [...batch.entries()].toSorted(([, a], [, b]) => a - b);
        assert.equal(entries.count, batch.length);
        assert.deepEqual(
          [...entries.entries.subarray(0, 2 * entries.count)],
          sorted.flatMap(([value, key]) => [key, value]),
        );
      }
    }),
  );
});
