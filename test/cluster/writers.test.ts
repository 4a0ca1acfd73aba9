/** Several front ends write to one archive: each takes its turn, and nothing is lost or refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Archive } from "../../src/archive/archive.ts";
import { BatchWriter } from "../../src/ingest/batch-writer.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { clusterEngine, WITHOUT_CLUSTER } from "./cluster-engine.ts";

test("two who write batches at the same time take turns", { skip: WITHOUT_CLUSTER }, async () => {
  const { archive, reopen } = await clusterEngine.create({ encoder: createFakeEncoder(), timezone: "UTC" });
  const other = await reopen();
  const write = async (name: string, to: Pick<Archive, "borrowWriter">): Promise<void> => {
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

test("two long imports at the same time take turns by batch, and each is told what became of its own articles", {
  skip: WITHOUT_CLUSTER,
}, async () => {
  const { archive, reopen } = await clusterEngine.create({ encoder: createFakeEncoder(), timezone: "UTC" });
  const other = await reopen();
  const finished: string[] = [];
  const load = async (name: string, to: Pick<Archive, "borrowWriter">): Promise<BatchWriter> => {
    const writer = await to.borrowWriter();
    const batches = new BatchWriter({ writer, batchArticles: 10 }, () => finished.push(name));
    for (let number = 0; number < 80; number++) {
      batches.add({ id: `${name}${number}`, title: `渡口${name}${number}`, body: "恢复通航。" }, false);
      if (batches.isFull) await batches.write();
    }
    // One more time, as it stands in the file: the other's articles are not taken for its own.
    batches.add({ id: `${name}0`, title: "渡口又一次", body: "恢复通航。" }, true);
    await batches.finish(true);
    await writer.close();
    return batches;
  };
  const counts = (await Promise.all([load("a", archive), load("b", other)])).map(
    ({ added, updated, unchanged, repeated, failure }) => ({ added, updated, unchanged, repeated, failure }),
  );
  const each = { added: 80, updated: 0, unchanged: 0, repeated: 1, failure: undefined };
  assert.deepEqual(counts, [each, each]);
  assert.equal((await archive.stats()).articles, 160);
  const changes = finished.filter((name, index) => index > 0 && name !== finished[index - 1]).length;
  assert.ok(changes >= 2, finished.join(" "));
});
