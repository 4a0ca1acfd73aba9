import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createTermSource, type Index } from "../../../test/fakes/term-source.ts";
import { AppError } from "../../errors.ts";
import { rowsHolding } from "./rows-holding.ts";

const ROWS = 9000;
const keyOf = (low: number): { high: number; low: number } => ({ high: 0, low });
const create = (index: Index) => createTermSource(ROWS, new Uint16Array(ROWS), index);

test("finds the rows of a range that hold all terms, whatever their number and order", () => {
  // Every row, every other one, and so on: lists of several blocks, of one, and of a few rows.
  const steps = [1, 2, 3, 7, 300, 4000];
  const index: Index = new Map(
    steps.map((step, low) => [
      low,
      Array.from({ length: Math.ceil(ROWS / step) }, (_, at) => [at * step, 1 + (at % 3)] as const),
    ]),
  );
  const source = create(index);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(steps.length - 1), { minLength: 1 }),
      fc.nat(ROWS),
      fc.nat(ROWS),
      (lows, one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const wanted: number[] = [];
        for (let row = from; row < to; row++)
          if (lows.every((low) => row % (steps[low] as number) === 0)) wanted.push(row);
        assert.deepEqual([...(rowsHolding(source, lows.map(keyOf), { from, to }) ?? [])], wanted);
      },
    ),
  );
});

test("rows far apart are found, a term that no row holds leaves none, and of a range of keys nothing is told", () => {
  const index: Index = new Map([
    [
      1,
      [
        [0, 1],
        [130, 63],
        [8999, 1],
      ],
    ],
    [
      2,
      [
        [130, 2],
        [8999, 1],
      ],
    ],
    [5, [[4, 1]]],
  ]);
  const source = create(index);
  const range = { from: 0, to: ROWS };
  assert.deepEqual([...(rowsHolding(source, [keyOf(1), keyOf(2)], range) ?? [])], [130, 8999]);
  assert.deepEqual(rowsHolding(source, [keyOf(1), keyOf(3)], range)?.length, 0);
  assert.deepEqual(rowsHolding(source, [keyOf(1), keyOf(5)], range)?.length, 0);
  assert.deepEqual(rowsHolding(source, [], range)?.length, 0);
  assert.equal(rowsHolding(source, [{ high: 0, low: 1, lastLow: 2 }], range), undefined);
});

test("terms that do not fit the rows are told as damage", () => {
  const source = create(
    new Map([
      [
        1,
        [
          [0, 1],
          [3, 1],
        ],
      ],
    ]),
  );
  const [entry] = source.find(keyOf(1));
  assert.ok(entry !== undefined);
  for (const wrong of [{ documentFrequency: ROWS + 1 }, { documentFrequency: 2000 }, { bytes: 5000 }, { bytes: 1 }])
    assert.throws(
      () => rowsHolding({ ...source, find: () => [{ ...entry, ...wrong }] }, [keyOf(1)], { from: 0, to: ROWS }),
      (error: unknown) => error instanceof AppError && error.code === "archive-damaged",
    );
});
