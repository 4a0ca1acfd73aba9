import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { IntegerSet } from "./integer-set.ts";

const integers = fc.array(fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 })), { maxLength: 200 });

test("a set of integers holds what a Set holds, in the order in which it came", () => {
  fc.assert(
    fc.property(integers, integers, (added, asked) => {
      const set = new IntegerSet(added.length);
      for (const one of added) set.add(one);
      const expected = new Set(added);
      assert.equal(set.size, expected.size);
      assert.deepEqual([...set.members], [...expected]);
      for (const one of [...added, ...asked]) assert.equal(set.has(one), expected.has(one), String(one));
      assert.equal(set.countOf(Int32Array.from(asked)), asked.filter((one) => expected.has(one)).length);
    }),
  );
});

test("members that ask for the same slot are told apart", () => {
  const set = new IntegerSet(4);
  for (const one of [16, 32, 0, 48]) set.add(one);
  assert.deepEqual(
    [16, 32, 0, 48, 64].map((one) => set.has(one)),
    [true, true, true, true, false],
  );
});
