/** Near-copies are told from what only looks alike on a set that was written and judged for the project; `node bench/copies.ts` says more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { borrowEncoder } from "../../src/compose/load-encoder.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createToScript } from "../../src/resources/to-script.ts";
import { createRandom } from "../sources/random.ts";
import { makeJudgedSet } from "./judged-set.ts";
import { scoreCopies } from "./measure.ts";

const MIN_F1 = 0.95;

test("what others took over is folded into the first, in either script and cut; forms, series, digests and reports of one event are not", async () => {
  await using resources = createResources();
  using encoder = await borrowEncoder(resources, { kind: "builtin" });
  const set = await makeJudgedSet(createToScript(resources));
  const kinds = new Set(set.map(({ kind }) => kind));
  for (const kind of ["form", "series", "live", "report", "digest", "cut", "lead", "script"])
    assert.ok(kinds.has(kind));
  const random = createRandom(1);
  const shuffled = set.map((item) => ({ item, at: random() })).sort((a, b) => a.at - b.at);
  for (const order of [set, shuffled.map(({ item }) => item)]) {
    const { f1, precision, wrong, missed } = await scoreCopies(order, encoder.value);
    assert.ok(f1 >= MIN_F1 && precision >= 0.99, JSON.stringify({ f1, precision, wrong, missed }));
  }
});
