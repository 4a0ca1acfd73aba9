import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PartsLedger } from "./parts-ledger.ts";

test("each part is taken once, from whichever end", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 50 }), fc.array(fc.boolean(), { maxLength: 120 }), (count, ends) => {
      const ledger = PartsLedger.of(count, 1);
      const other = new PartsLedger(ledger.cells);
      const [first, last]: [number[], number[]] = [[], []];
      for (const isFirst of [...ends, ...Array<boolean>(count).fill(true)]) {
        const part = isFirst ? ledger.takeFirst() : other.takeLast();
        if (part >= 0) (isFirst ? first : last).push(part);
      }
      assert.deepEqual([...first, ...last.reverse()], [...Array(count).keys()]);
      assert.deepEqual([ledger.takeFirst(), ledger.takeLast()], [-1, -1]);
    }),
  );
});

test("after a stop there is nothing to take", () => {
  const ledger = PartsLedger.of(9, 1);
  ledger.takeLast();
  ledger.stop();
  assert.deepEqual([ledger.takeFirst(), ledger.takeLast()], [-1, -1]);
});

test("a helper begins or is withdrawn, and not both", () => {
  const ledger = PartsLedger.of(3, 2);
  assert.deepEqual([ledger.begin(0), ledger.withdraw(0), ledger.begin(0)], [true, false, false]);
  assert.deepEqual([ledger.withdraw(1), ledger.begin(1)], [true, false]);
  assert.deepEqual([ledger.isFinished(0), ledger.isFinished(1)], [false, false]);
  ledger.finish(0);
  assert.equal(ledger.isFinished(0), true);
});
