import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

/** Bytes of the young generation of a thread that has made much garbage, where V8 optimises for size. */
function youngBytes(prepare: "allowLargerHeaps" | "forbidLargerHeaps"): number {
  const module = new URL("larger-heaps.ts", import.meta.url).href;
  const thread = `
    const { getHeapSpaceStatistics } = require("node:v8");
    let kept = [];
    for (let round = 0; round < 300000; round++) { kept.push({ round, list: [round] }); if (kept.length > 20000) kept = []; }
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
    require("node:worker_threads").parentPort.postMessage(young.space_size);`;
  const program = `
    import { Worker } from "node:worker_threads";
    import { ${prepare} } from ${JSON.stringify(module)};
    ${prepare}();
    new Worker(${JSON.stringify(thread)}, { eval: true, execArgv: [] }).once("message", (bytes) => console.log(bytes));`;
  const flags = ["--optimize-for-size", "--max-semi-space-size=1", "--input-type=module"];
  return Number(execFileSync(process.execPath, [...flags, "--eval", program], { encoding: "utf8" }));
}

test("threads have a larger young generation where larger heaps are allowed, though V8 was started to optimise for size", () => {
  assert.ok(youngBytes("allowLargerHeaps") > youngBytes("forbidLargerHeaps"));
});
