import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mixRanks } from "./mix-ranks.ts";

const list = (...rows: readonly (readonly [score: number, answers: number | undefined])[]) =>
  rows.map(([score, answers]) => ({ score, answers }));

describe("mixing two orders", () => {
  const falling = list([3, 1], [2, 2], [1, 3]);
  const cases: readonly [string, ReturnType<typeof list>, number, readonly number[]][] = [
    ["weight 0 is the engine's order", falling, 0, [0, 1, 2]],
    ["weight 1 is the re-ranker's order", falling, 1, [2, 1, 0]],
    ["equals keep the engine's order", falling, 0.5, [0, 1, 2]],
    ["what was not read keeps its place", list([4, 1], [3, undefined], [2, 5], [1, 9]), 1, [3, 1, 2, 0]],
    ["nothing was read", list([2, undefined], [1, undefined]), 1, [0, 1]],
    ["one hit", list([2, 1]), 0.5, [0]],
    ["none", [], 0.5, []],
    ["scales do not matter", list([3000, 0.701], [2000, 0.702], [1000, 0.709]), 0.6, [2, 0, 1]],
    ["the engine's scores are equal", list([1, 1], [1, 3], [1, 2]), 0.2, [1, 2, 0]],
  ];
  for (const [name, given, weight, wanted] of cases)
    test(name, () => assert.deepEqual(mixRanks(given, weight), wanted));
});
