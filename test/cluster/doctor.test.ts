/** `wenxun doctor` over a real cluster: what it is asked for exists, and a block is seen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseClusterAddress } from "../../src/opensearch/connection/cluster-address.ts";
import { connectToCluster } from "../../src/opensearch/connection/cluster-client.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { addressOf, takePrefix, WITHOUT_CLUSTER } from "./cluster-engine.ts";

interface Finding {
  readonly area: string;
  readonly code: string;
  readonly level: string;
}

test("a sound cluster is called sound, and a read-only archive is not", { skip: WITHOUT_CLUSTER }, async () => {
  const prefix = takePrefix();
  const archive = addressOf(prefix);
  const workingFolder = createTestFolder();
  const stdin = `${JSON.stringify({ id: "a", title: "渡口", body: "渡口恢复通航。" })}\n`;
  const put = () =>
    runCli(["import", "-", "--archive", archive], { workingFolder, stdin: stdin.replace('"a"', '"b"') });
  assert.equal((await runCli(["import", "-", "--archive", archive], { workingFolder, stdin })).exitCode, 0);
  const examine = async (): Promise<readonly Finding[]> => {
    const { stdout } = await runCli(["doctor", "--json", "--port", "0", "--archive", archive], { workingFolder });
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
    // How full the disk of this machine is says nothing of a cluster; unit tests hold what is said of it.
    return findings.filter(({ area, level, code }) => area === "archive" && level !== "ok" && code !== "disk-filling");
  };
  const codesOf = (findings: readonly Finding[]): string[] => findings.map(({ code }) => code).sort();
  // The disks of the nodes of tests are watched by nobody, and nothing is backed up.
  const ofTests = ["no-repository", "watermarks-off"];
  assert.deepEqual(codesOf(await examine()), ofTests);
  const client = connectToCluster(parseClusterAddress(archive));
  const block = (value: boolean | null) =>
    client.request({
      method: "PUT",
      path: `/${prefix}-articles/_settings`,
      body: { "index.blocks.write": value },
    });
  await block(true);
  const refused = await put();
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /read-only.*index\.blocks\.write/);
  assert.deepEqual(codesOf(await examine()), ["blocked", ...ofTests]);
  await block(null);
  assert.equal((await put()).exitCode, 0, "what was refused is imported by the same command");
  assert.deepEqual(codesOf(await examine()), ofTests);
  await client.close();
});
