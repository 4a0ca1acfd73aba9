/**
 * Runs the tests that need a cluster over three real nodes of OpenSearch: node test/cluster/run.ts [PART-OF-PATH …]. Without Java and
 * Maven they are skipped, and the run says so.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildHome, findWhatIsMissing } from "./build-home.ts";
import { startCluster } from "./start-cluster.ts";

const missing = findWhatIsMissing();
if (missing === undefined) {
  const startedMs = performance.now();
  const seconds = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
  const home = buildHome();
  console.log(`home laid after ${seconds()}`);
  await using cluster = await startCluster({ home, nodes: 3 });
  console.log(`three nodes after ${seconds()}`);
  const parts = process.argv.slice(2);
  const runner = join(import.meta.dirname, "..", "..", "tools", "test.ts");
  const { status } = spawnSync(process.execPath, [runner, ...(parts.length > 0 ? parts : ["test/cluster/"])], {
    stdio: "inherit",
    env: { ...process.env, WENXUN_TEST_CLUSTER: cluster.hosts.join(",") },
  });
  console.log(`tested after ${seconds()}`);
  process.exitCode = status ?? 1;
} else {
  console.log(`The tests of clusters are skipped: ${missing}.`);
}
