/** Several front ends write to one archive: each takes its turn, and nothing is lost or refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { clusterEngine, WITHOUT_CLUSTER } from "./cluster-engine.ts";

test("two who write batches at the same time take turns", { skip: WITHOUT_CLUSTER }, async () => {
  const { archive, reopen } = await clusterEngine.create({ encoder: createFakeEncoder(), timezone: "UTC" });
  const other = await reopen();
  const write = async (name: string, to: typeof archive): Promise<void> => {
    for (let batch = 0; batch < 4; batch++) {
      const writer = await to.borrowWriter();
      await writer.put([
        { id: `${name}${batch}`, title: `渡口${name}${batch}`, body: "恢复通航。" },
        { id: "both", title: "码头", body: `${name}写的第${batch}次。` },
      ]);
      await writer.close();
    }
  };
  await Promise.all([write("a", archive), write("b", other)]);
  assert.equal((await archive.stats()).articles, 9);
  assert.equal((await other.editions?.("both"))?.length, 8);
});
