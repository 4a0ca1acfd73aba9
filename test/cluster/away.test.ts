/** A cluster that goes away and comes back: searches say so, writers wait, nothing is lost and nothing is there twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { AppError } from "../../src/errors.ts";
import { ClusterArchive } from "../../src/opensearch/cluster-archive.ts";
import { parseClusterAddress } from "../../src/opensearch/connection/cluster-address.ts";
import { connectToCluster } from "../../src/opensearch/connection/cluster-client.ts";
import { openIndex } from "../../src/opensearch/index/open-index.ts";
import { startClusterDoor } from "../fakes/cluster-door.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { CLUSTER_HOSTS, clusterEngine, WITHOUT_CLUSTER } from "./cluster-engine.ts";

/** How long the cluster is away. */
const AWAY_MS = 2500;

test("whoever writes while the cluster is away goes on when it is back, and searches too", {
  skip: WITHOUT_CLUSTER,
}, async () => {
  const encoder = createFakeEncoder();
  const { archive: watching, prefix } = await clusterEngine.create({ encoder, timezone: "UTC" });
  await using door = await startClusterDoor(CLUSTER_HOSTS?.split(",")[0] ?? "");
  const address = parseClusterAddress(`opensearch+http://${door.host}/${prefix}`);
  const archive = new ClusterArchive({ index: await openIndex(connectToCluster(address), prefix), encoder });
  const writer = await archive.borrowWriter();
  let isOver = false;
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(async () => {
    isOver = true;
    await archive.close();
  });
  let acknowledged = 0;
  const writing = (async (): Promise<void> => {
    for (let batch = 0; !isOver || batch < 8; batch++) {
      const articles = Array.from({ length: 10 }, (_, index) => ({
        id: `a${batch}-${index}`,
        title: `渡口第${batch}批`,
        body: `第${index}篇。`,
      }));
      const { added } = await writer.put(articles);
      assert.equal(added, 10, "what was half written is not taken for the article of another");
      acknowledged += added;
    }
  })();
  const untilWritten = async (least: number): Promise<void> => {
    while (acknowledged < least) await Promise.race([sleep(20), writing]);
  };
  await untilWritten(20);
  door.shut();
  const search = () => archive.search({ ...PLAIN_REQUEST, query: "渡口", mode: "keyword" }, {});
  // A reader who does not wait is told at once when the wait is over.
  const given = AbortSignal.timeout(400);
  await assert.rejects(
    archive.search({ ...PLAIN_REQUEST, query: "渡口", mode: "keyword" }, {}, { signal: given }),
    (error) => error === given.reason || (error instanceof AppError && error.code === "unavailable"),
  );
  const waiting = search();
  await sleep(AWAY_MS);
  door.open();
  assert.ok((await waiting).total > 0);
  await untilWritten(acknowledged + 20);
  isOver = true;
  await writing;
  await writer.close();
  assert.equal((await watching.stats()).articles, acknowledged);
  assert.equal((await search()).total, acknowledged);
});
