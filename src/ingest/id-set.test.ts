import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { IdSet } from "./id-set.ts";

test("knows what was added, like a Set", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (ids) => {
      const set = new IdSet();
      const naive = new Set<string>();
      for (const id of ids) {
        assert.equal(set.add(id), naive.has(id));
        naive.add(id);
      }
    }),
  );
});

test("grows past its first table and tells numbered ids apart", () => {
  const set = new IdSet();
  for (let id = 0; id < 20_000; id++) assert.equal(set.add(`article-${id}`), false);
  for (let id = 0; id < 20_000; id++) assert.equal(set.add(`article-${id}`), true);
});

test("beyond its bound it forgets the new ones", () => {
  const set = new IdSet(2);
  assert.deepEqual(
    ["a", "b", "c", "c", "a"].map((id) => set.add(id)),
    [false, false, false, false, true],
  );
});
