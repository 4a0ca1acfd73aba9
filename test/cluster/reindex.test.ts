/** An archive in a cluster is moved to another encoder beside the one that is searched, and those who have it open are told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { AppError } from "../../src/errors.ts";
import { reindexCluster } from "../../src/opensearch/care/reindex-cluster.ts";
import { ClusterArchive } from "../../src/opensearch/cluster-archive.ts";
import { parseClusterAddress } from "../../src/opensearch/connection/cluster-address.ts";
import { connectToCluster } from "../../src/opensearch/connection/cluster-client.ts";
import { openIndex } from "../../src/opensearch/index/open-index.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { addressOf, clusterEngine, WITHOUT_CLUSTER, yearsEngine } from "./cluster-engine.ts";

/** With the ends of the names of its indices. */
const ENGINES = [
  [clusterEngine, [""]],
  [yearsEngine, ["-1970", "-undated"]],
] as const;

for (const [engine, ends] of ENGINES)
  test(`a reindex of ${engine.name} builds beside and takes the place when it is whole`, {
    skip: WITHOUT_CLUSTER,
  }, async () => {
    const before = createFakeEncoder();
    const encoder = { ...createFakeEncoder({ dimensions: 32 }), fingerprint: "another-32" };
    const { archive, prefix } = await engine.create({ encoder: before, timezone: "UTC" });
    const writer = await archive.borrowWriter();
    await writer.put([
      { id: "a", title: "渡口", body: "三人受轻伤。", publishedAtMs: 0 },
      { id: "b", title: "码头", body: "码头重开。" },
    ]);
    await writer.put([{ id: "a", title: "渡口", body: "五人受轻伤。", publishedAtMs: 0 }]);
    await writer.close();
    const client = connectToCluster(parseClusterAddress(addressOf(prefix)));
    const index = await openIndex(client, prefix);
    const stopped = new AbortController();
    stopped.abort();
    await assert.rejects(reindexCluster({ index, encoder, signal: stopped.signal, onProgress: undefined }));
    assert.equal(await archive.inspect?.(), "sound", "one that was stopped has changed nothing");
    const listIndices = async (): Promise<string[]> => {
      const { body } = await client.request({ method: "GET", path: `/_cat/indices/${prefix}-articles-0*?format=json` });
      return (body as { index: string }[]).map(({ index: name }) => name.slice(`${prefix}-articles-`.length)).sort();
    };
    assert.deepEqual(
      await listIndices(),
      ends.map((end) => `000001${end}`),
    );
    const done: number[] = [];
    const report = await reindexCluster({ index, encoder, signal: undefined, onProgress: (count) => done.push(count) });
    assert.deepEqual([report, done], [{ encoded: 2, withoutVector: 0 }, [2]]);
    assert.deepEqual(
      await listIndices(),
      ends.map((end) => `000002${end}`),
    );

    assert.equal(await archive.inspect?.(), "replaced");
    const isReplaced = (error: unknown): boolean => error instanceof AppError && error.code === "unavailable";
    await assert.rejects(archive.search({ ...PLAIN_REQUEST, query: "渡口" }, {}), isReplaced);
    await assert.rejects(archive.borrowWriter(), isReplaced);

    const again = new ClusterArchive({
      index: await openIndex(connectToCluster(parseClusterAddress(addressOf(prefix))), prefix),
      encoder,
    });
    assert.deepEqual([again.info.encoderFingerprint, again.info.dimensions], ["another-32", 32]);
    const [vector] = await encoder.encode(["渡口"], { role: "query" });
    const encoded = { vector: vector ?? assert.fail(), fingerprint: encoder.fingerprint };
    assert.equal((await again.search({ ...PLAIN_REQUEST, query: "渡口" }, encoded)).hits[0]?.id, "a");
    assert.deepEqual(
      (await again.editions("a"))?.map(({ number }) => number),
      [1, 2],
    );
    const next = await again.borrowWriter();
    assert.equal((await next.put([{ id: "c", title: "桥", body: "大桥通车。" }])).added, 1);
    await next.close();
    assert.equal((await again.stats()).articles, 3);
    await again.close();
    await client.close();
  });
