import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findBestChain, type Pair } from "./best-chain.ts";

const pair = fc.record({ older: fc.nat(7), newer: fc.nat(7), weight: fc.integer({ min: 1, max: 9 }) });

/** Every subset is tried. */
function heaviest(pairs: readonly Pair[], from = 0, last: Pair = { older: -1, newer: -1, weight: 0 }): number {
  let best = 0;
  const sorted = pairs.toSorted((a, b) => a.older - b.older);
  for (let index = from; index < sorted.length; index++) {
    const next = sorted[index] as Pair;
    if (next.older > last.older && next.newer > last.newer)
      best = Math.max(best, next.weight + heaviest(sorted, index + 1, next));
  }
  return best;
}

test("no chain of pairs in the order of both texts weighs more than the one that is found", () => {
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 9 }), (pairs) => {
      const chain = findBestChain(pairs);
      for (const [index, { older, newer }] of chain.entries()) {
        const before = chain[index - 1];
        assert.ok(before === undefined || (older > before.older && newer > before.newer));
      }
      assert.equal(
        chain.reduce((sum, { weight }) => sum + weight, 0),
        heaviest(pairs),
      );
    }),
  );
});
