import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BestRows } from "./best-rows.ts";

test("keeps the rows that come first by similarity, then by row, in whatever order they are offered", () => {
  const offer = fc.record(
    { row: fc.nat(1000), similarity: fc.constantFrom(-1, 0, 0.25, 0.5, 1) },
    { noNullPrototype: true },
  );
  const offers = fc.uniqueArray(offer, {
    selector: ({ row }) => row,
    maxLength: 80,
  });
  fc.assert(
    fc.property(offers, fc.integer({ min: 1, max: 40 }), (rows, limit) => {
      const best = new BestRows(limit);
      for (const { row, similarity } of rows) best.offer(row, similarity);
      const expected = rows.toSorted((a, b) => b.similarity - a.similarity || a.row - b.row).slice(0, limit);
      assert.deepEqual(best.toSorted(), expected);
    }),
  );
});
