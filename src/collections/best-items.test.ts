import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BestItems } from "./best-items.ts";

interface Item {
  readonly score: number;
  readonly place: number;
}

const compare = (a: Item, b: Item): number => b.score - a.score || a.place - b.place;

test("keeps what sorting all of them puts first, in that order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.nat(12), (scores, limit) => {
      const items = scores.map((score, place) => ({ score, place }));
      const best = new BestItems(limit, compare);
      for (const item of items) best.offer(item);
      assert.deepEqual(best.toSorted(), items.toSorted(compare).slice(0, limit));
    }),
  );
});

test("names the worst once it is full, so that others need not be offered", () => {
  const best = new BestItems(2, compare);
  const [first, second, third] = [1, 5, 3].map((score, place) => ({ score, place }));
  best.offer(first ?? assert.fail());
  assert.equal(best.worst, undefined);
  best.offer(second ?? assert.fail());
  assert.equal(best.worst, first);
  best.offer(third ?? assert.fail());
  assert.equal(best.worst, third);
});

test("with no room nothing is kept", () => {
  const best = new BestItems(0, compare);
  best.offer({ score: 1, place: 0 });
  assert.deepEqual([best.worst, best.toSorted()], [undefined, []]);
});
