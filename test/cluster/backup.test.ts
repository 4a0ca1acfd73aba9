/** A snapshot of the cluster's own is a backup of an archive: the commands of docs/CLUSTER.md, as they stand there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseClusterAddress } from "../../src/opensearch/connection/cluster-address.ts";
import { connectToCluster } from "../../src/opensearch/connection/cluster-client.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { addressOf, clusterEngine, takePrefix, WITHOUT_CLUSTER } from "./cluster-engine.ts";

test("an archive whose indices were lost is there again from a snapshot", { skip: WITHOUT_CLUSTER }, async () => {
  const { archive, reopen, prefix } = await clusterEngine.create({ encoder: createFakeEncoder(), timezone: "UTC" });
  const writer = await archive.borrowWriter();
  await writer.put([{ id: "a", title: "渡口", body: "渡口恢复通航。" }]);
  await writer.close();
  const client = connectToCluster(parseClusterAddress(addressOf(takePrefix())));
  const repository = `r-${prefix}`;
  const indices = `${prefix}-*`;
  const ask = async (method: "PUT" | "POST" | "DELETE", path: string, body?: object, query = {}) => {
    const { status } = await client.request({ method, path, body, query });
    assert.ok(status < 300, `${method} ${path}: ${status}`);
  };
  const settings = { location: repository };
  await ask("PUT", `/_snapshot/${repository}`, { type: "fs", settings });
  const which = { indices, include_global_state: false };
  await ask("PUT", `/_snapshot/${repository}/s1`, which, { wait_for_completion: true });
  await ask("DELETE", `/${prefix}-articles-000001,${prefix}-meta`);
  await ask(
    "POST",
    `/_snapshot/${repository}/s1/_restore`,
    { ...which, include_aliases: true },
    { wait_for_completion: true },
  );
  const restored = await reopen();
  assert.equal((await restored.article("a"))?.title, "渡口");
  assert.equal((await restored.stats()).articles, 1);
  const again = await restored.borrowWriter();
  assert.equal((await again.put([{ id: "b", title: "码头", body: "码头重开。" }])).added, 1);
  await again.close();
  await ask("DELETE", `/_snapshot/${repository}/s1`);
  await ask("DELETE", `/_snapshot/${repository}`);
  await client.close();
});
