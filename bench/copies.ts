/**
 * How well near-copies are told from what only looks alike: folds a set that was written and judged for the project, in the order of time
 * and in others, and compares every pair with the judgement.
 *
 *     node bench/copies.ts [ORDERS]                   ORDERS: random orders to fold it in besides, default 5
 */
import { borrowEncoder } from "../src/compose/load-encoder.ts";
import { createResources } from "../src/resources/registry.ts";
import { createToScript } from "../src/resources/to-script.ts";
import { makeJudgedSet } from "../test/copies/judged-set.ts";
import { type CopyScore, scoreCopies } from "../test/copies/measure.ts";
import { createRandom } from "../test/sources/random.ts";

const [orders = "5"] = process.argv.slice(2);
await using resources = createResources();
using encoder = await borrowEncoder(resources, { kind: "builtin" });
const set = await makeJudgedSet(createToScript(resources));

const show = (name: string, { precision, recall, f1 }: CopyScore): void =>
  console.log(`${name.padEnd(14)} precision ${precision.toFixed(3)}  recall ${recall.toFixed(3)}  F1 ${f1.toFixed(3)}`);
const list = (pairs: Readonly<Record<string, number>>): void => {
  for (const [kinds, count] of Object.entries(pairs).sort((a, b) => b[1] - a[1])) console.log(`  ${count}\t${kinds}`);
};

console.log(`${set.length} articles`);
const inTime = await scoreCopies(set, encoder.value);
show("in time", inTime);
for (let order = 1; order <= Number(orders); order++) {
  const random = createRandom(order);
  const shuffled = set.map((item) => ({ item, at: random() })).sort((a, b) => a.at - b.at);
  show(
    `order ${order}`,
    await scoreCopies(
      shuffled.map(({ item }) => item),
      encoder.value,
    ),
  );
}
console.log("folded, and none:");
list(inTime.wrong);
console.log("not folded:");
list(inTime.missed);
