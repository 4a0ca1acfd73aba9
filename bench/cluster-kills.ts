/**
 * Kills nodes of a real cluster on this machine while articles are written and searched, and counts what is lost: `kill -9` of the elected
 * manager and of other nodes in turn, each started again; the next one dies when every copy is back. At last all of them at once, for a minute:
 * searches then fail while no node answers, which is counted apart, and writes wait.
 *
 *     node bench/cluster-kills.ts [KILLS]       default 3; needs Java and Maven
 */
import { setTimeout as sleep } from "node:timers/promises";
import { PLAIN_REQUEST } from "../src/archive/request.ts";
import { ClusterArchive } from "../src/opensearch/cluster-archive.ts";
import { parseClusterAddress } from "../src/opensearch/connection/cluster-address.ts";
import { connectToCluster, READ_PATIENCE_MS } from "../src/opensearch/connection/cluster-client.ts";
import { createIndex, openIndex } from "../src/opensearch/index/open-index.ts";
import { buildHome } from "../test/cluster/build-home.ts";
import { startCluster } from "../test/cluster/start-cluster.ts";
import { createFakeEncoder } from "../test/fakes/encoder.ts";

const kills = Number(process.argv[2] ?? 3);
const PREFIX = "kills";
const NODES = 3;
const BATCH = 20;
/** How long the cluster is whole between two kills. */
const BETWEEN_MS = 5000;
/** How long every copy may take to be back: a machine that has other work starts nodes slowly. */
const PATIENCE_MS = 10 * 60_000;
/** How long there is no cluster at last. */
const AWAY_MS = 60_000;

const encoder = createFakeEncoder();
await using cluster = await startCluster({ home: buildHome(), nodes: NODES, heap: "384m", timeoutMs: PATIENCE_MS });
const address = parseClusterAddress(`opensearch+http://${cluster.hosts.join(",")}/${PREFIX}`);
const { fingerprint: encoderFingerprint, dimensions } = encoder;
const maker = connectToCluster(address);
await createIndex(maker, PREFIX, { encoderFingerprint, dimensions, timezone: "Asia/Shanghai" });
await maker.close();
const archive = new ClusterArchive({ index: await openIndex(connectToCluster(address), PREFIX), encoder });
const startedMs = Date.now();
const log = (text: string): void => console.log(`${((Date.now() - startedMs) / 1000).toFixed(1)} s  ${text}`);

const acknowledged = new Set<string>();
const seen = {
  searches: 0,
  failed: 0,
  failedWhileAllAreAway: 0,
  puts: 0,
  failedPuts: 0,
  longestSearchMs: 0,
  longestPutMs: 0,
};
let isOver = false;
let areAllAway = false;

async function write(): Promise<void> {
  const writer = await archive.borrowWriter();
  for (let next = 0; !isOver; next += BATCH) {
    const articles = Array.from({ length: BATCH }, (_, index) => ({
      id: `a${next + index}`,
      title: `港口第${next + index}号通告`,
      body: "节点被杀时写入的一篇。",
      publishedAtMs: startedMs,
    }));
    const beganMs = Date.now();
    try {
      await writer.put(articles);
      for (const { id } of articles) acknowledged.add(id);
      seen.puts++;
    } catch (error) {
      seen.failedPuts++;
      log(`put: ${error instanceof Error ? error.message : String(error)}`);
    }
    seen.longestPutMs = Math.max(seen.longestPutMs, Date.now() - beganMs);
  }
  await writer.close();
}

async function search(): Promise<void> {
  while (!isOver) {
    const beganMs = Date.now();
    try {
      await archive.search({ ...PLAIN_REQUEST, query: "港口 通告", mode: "keyword" }, {});
      seen.searches++;
    } catch (error) {
      if (areAllAway) seen.failedWhileAllAreAway++;
      else seen.failed++;
      log(`search: ${error instanceof Error ? error.message : String(error)}`);
    }
    seen.longestSearchMs = Math.max(seen.longestSearchMs, Date.now() - beganMs);
  }
}

const working = [write(), search()];
for (let kill = 0; kill < kills; kill++) {
  await sleep(BETWEEN_MS);
  const manager = await cluster.manager();
  const victim = kill % 2 === 0 ? manager : (manager + 1) % NODES;
  await cluster.kill(victim);
  log(`killed node ${victim}${victim === manager ? ", the elected manager" : ""}`);
  cluster.restart(victim);
  // Of two copies one may be away, not both: the next dies when all are back.
  await cluster.whole();
  log("whole again");
}
await sleep(BETWEEN_MS);
areAllAway = true;
const nodes = Array.from({ length: NODES }, (_, node) => node);
const goneMs = Date.now();
await Promise.all(nodes.map((node) => cluster.kill(node)));
log(`killed all ${NODES} nodes`);
await sleep(AWAY_MS);
for (const node of nodes) cluster.restart(node);
await cluster.whole();
log(`green again after ${((Date.now() - goneMs) / 1000).toFixed(1)} s`);
// What was asked before then may still end in a refusal.
await sleep(BETWEEN_MS + READ_PATIENCE_MS);
areAllAway = false;
await sleep(BETWEEN_MS);
isOver = true;
await Promise.all(working);

const stored = new Map<string, number>();
for await (const { id } of archive.articles()) stored.set(id, (stored.get(id) ?? 0) + 1);
const lost = [...acknowledged].filter((id) => !stored.has(id)).length;
const doubled = [...stored.values()].filter((times) => times > 1).length;
log(`${acknowledged.size} acknowledged, ${lost} lost, ${doubled} doubled, ${stored.size} stored`);
log(JSON.stringify(seen));
await archive.close();
process.exitCode = lost + doubled > 0 ? 1 : 0;
