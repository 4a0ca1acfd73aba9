import { randomUUID } from "node:crypto";
import { after } from "node:test";
import type { Archive } from "../../src/archive/archive.ts";
import { ClusterArchive } from "../../src/opensearch/cluster-archive.ts";
import { parseClusterAddress } from "../../src/opensearch/connection/cluster-address.ts";
import { connectToCluster } from "../../src/opensearch/connection/cluster-client.ts";
import { type CreateOptions, createIndex, openIndex } from "../../src/opensearch/index/open-index.ts";
import type { CreatedArchive, Engine, EngineOptions } from "../contracts/engine.ts";

/** Hosts of the cluster that `npm run test:cluster` has started, with commas between them; absent without one. */
export const CLUSTER_HOSTS = process.env.WENXUN_TEST_CLUSTER;

/** Why tests that need a cluster are skipped; false where there is one. */
export const WITHOUT_CLUSTER =
  CLUSTER_HOSTS === undefined ? "there is no cluster: npm run test:cluster starts one, with Java and Maven" : false;

const opened: Pick<Archive, "close">[] = [];
const prefixes: string[] = [];

after(async () => {
  for (const archive of opened.reverse()) await archive.close();
  if (prefixes.length === 0) return;
  const client = connectToCluster(toAddress("unused"));
  for (const prefix of prefixes)
    await client.request({ method: "DELETE", path: `/${prefix}-articles-*,${prefix}-meta` });
  await client.close();
});

/** The address of an archive in the cluster of the tests. */
export const addressOf = (prefix: string): string => `opensearch+http://${CLUSTER_HOSTS}/${prefix}`;

const toAddress = (prefix: string) => parseClusterAddress(addressOf(prefix));

/** A prefix that no other test has; its indices are removed at the end. */
export function takePrefix(): string {
  const prefix = `t-${randomUUID()}`;
  prefixes.push(prefix);
  return prefix;
}

async function open(prefix: string, { encoder }: EngineOptions): Promise<ClusterArchive> {
  const index = await openIndex(connectToCluster(toAddress(prefix)), prefix);
  const archive = new ClusterArchive({ index, encoder });
  opened.push(archive);
  return archive;
}

interface Created extends CreatedArchive {
  readonly archive: ClusterArchive;
  readonly prefix: string;
  reopen(): Promise<ClusterArchive>;
}

const createWith =
  (shape: Pick<CreateOptions, "shards" | "partition">) =>
  async (options: EngineOptions): Promise<Created> => {
    const prefix = takePrefix();
    const { fingerprint: encoderFingerprint, dimensions } = options.encoder;
    const client = connectToCluster(toAddress(prefix));
    await createIndex(client, prefix, { encoderFingerprint, dimensions, timezone: options.timezone, ...shape });
    await client.close();
    return { archive: await open(prefix, options), reopen: () => open(prefix, options), prefix };
  };

/** An archive in a cluster of OpenSearch. */
export const clusterEngine = {
  name: "a cluster",
  writesInTurn: true,
  create: createWith({ shards: 2 }),
} satisfies Engine;

/** One whose articles stand in an index of their year. */
export const yearsEngine = {
  name: "a cluster, by years",
  writesInTurn: true,
  create: createWith({ partition: "year" }),
} satisfies Engine;
