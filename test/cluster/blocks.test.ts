/** A full disk stops writes and loses nothing: what was acknowledged is read, and the rest is written when there is room. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { AppError } from "../../src/errors.ts";
import { parseClusterAddress } from "../../src/opensearch/connection/cluster-address.ts";
import { connectToCluster } from "../../src/opensearch/connection/cluster-client.ts";
import { putAll } from "../contracts/engine.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { addressOf, clusterEngine, takePrefix, WITHOUT_CLUSTER } from "./cluster-engine.ts";

test("a disk at its flood stage refuses writes, and takes them again when there is room", {
  skip: WITHOUT_CLUSTER,
}, async () => {
  const { archive, prefix } = await clusterEngine.create({ encoder: createFakeEncoder(), timezone: "UTC" });
  const client = connectToCluster(parseClusterAddress(addressOf(takePrefix())));
  const block = (value: boolean | null) =>
    client.request({
      method: "PUT",
      path: `/${prefix}-articles/_settings`,
      body: { "index.blocks.read_only_allow_delete": value },
    });
  const writer = await archive.borrowWriter();
  const [ferry, port] = [
    { id: "a", title: "渡口", body: "渡口恢复通航。" },
    { id: "b", title: "码头", body: "码头重开。" },
  ];
  await writer.put([ferry]);
  await block(true);
  await assert.rejects(writer.put([port]), (error) => error instanceof AppError && error.code === "disk-full");
  assert.equal((await archive.article("a"))?.title, "渡口");
  assert.equal((await archive.stats()).articles, 1);
  await block(null);
  assert.equal((await writer.put([ferry, port])).added, 1);
  assert.equal((await archive.stats()).articles, 2);
  await writer.close();
  await client.close();
});

test("an archive that can be written to by nobody is searched all the same, by whoever opens it then", {
  skip: WITHOUT_CLUSTER,
}, async () => {
  const { archive, prefix, reopen } = await clusterEngine.create({ encoder: createFakeEncoder(), timezone: "UTC" });
  const client = connectToCluster(parseClusterAddress(addressOf(takePrefix())));
  const writer = await archive.borrowWriter();
  await writer.put([{ id: "a", title: "渡口", body: "渡口恢复通航。" }]);
  await writer.close();
  const block = (name: string, value: boolean | null) =>
    client.request({
      method: "PUT",
      path: `/${prefix}-articles,${prefix}-meta/_settings`,
      body: { [`index.blocks.${name}`]: value },
    });
  for (const [name, code, says] of [
    ["read_only_allow_delete", "disk-full", /short of disk space/],
    ["write", "unavailable", /read-only.*index\.blocks\.write/],
  ] as const) {
    await block(name, true);
    const other = await reopen();
    const { total } = await other.search({ ...PLAIN_REQUEST, query: "渡口", mode: "keyword" }, {});
    assert.equal(total, 1);
    const isTold = (error: unknown): boolean =>
      error instanceof AppError && error.code === code && says.test(error.message);
    await assert.rejects(other.borrowWriter(), isTold);
    await block(name, null);
    assert.equal((await putAll(other, [{ id: name, title: "码头", body: "码头重开。" }])).added, 1);
  }
  await client.close();
});
