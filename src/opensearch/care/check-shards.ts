import type { ClusterClient } from "../connection/cluster-client.ts";
import type { IndexNames } from "../index/names.ts";
import { type ClusterFinding, fault, fine, warning } from "./cluster-finding.ts";

interface Health {
  readonly status: "green" | "yellow" | "red";
  readonly number_of_data_nodes: number;
  readonly indices?: Readonly<Record<string, { readonly status: string; readonly number_of_replicas: number }>>;
}

interface Shard {
  readonly index: string;
  readonly shard: string;
  readonly prirep: "p" | "r";
  readonly state: string;
}

/** Shards whose absence is explained, at most: a node that is gone takes many with one reason. */
const EXPLAINED = 3;

/** Whether every shard of the archive is there, with as many copies as it should have. */
export async function* checkShards(client: ClusterClient, names: IndexNames): AsyncGenerator<ClusterFinding> {
  const indices = `${names.articles},${names.meta}`;
  const reply = await client.request({
    method: "GET",
    path: `/_cluster/health/${indices}`,
    query: { level: "indices", timeout: "1s" },
  });
  const { status, number_of_data_nodes: nodes, indices: each = {} } = reply.body as Health;
  if (status !== "green") yield* explain(client, indices, status);
  const withoutCopies = Object.entries(each).filter(([, { number_of_replicas: copies }]) => copies === 0);
  if (nodes < 2)
    yield warning(
      "one-node",
      "One node keeps all data: when it dies, the archive is away.",
      "add nodes to the cluster",
    );
  else if (withoutCopies.length > 0)
    yield warning(
      "no-copies",
      `There is one copy of ${withoutCopies.map(([name]) => name).join(", ")}: what was acknowledged is lost with its node.`,
      withoutCopies.map(([name]) => `PUT /${name}/_settings {"index.number_of_replicas": 1}`).join("; "),
    );
  if (status === "green") yield fine(`every shard is in its place, on ${nodes} nodes that keep data`);
}

async function* explain(
  client: ClusterClient,
  indices: string,
  status: Health["status"],
): AsyncGenerator<ClusterFinding> {
  const reply = await client.request({
    method: "GET",
    path: `/_cat/shards/${indices}`,
    query: { format: "json", h: "index,shard,prirep,state" },
  });
  const missing = (reply.body as readonly Shard[])
    .filter(({ state }) => state !== "STARTED" && state !== "RELOCATING")
    .sort((one, other) => one.prirep.localeCompare(other.prirep));
  const what =
    status === "red"
      ? "Some shards of the archive are not there: searches fail, and writes to them wait."
      : "Some shards of the archive have fewer copies than they should: nothing is lost, and imports wait for the second one.";
  const reasons = await Promise.all(missing.slice(0, EXPLAINED).map((shard) => reasonOf(client, shard)));
  const told = [...new Set(reasons)].filter((reason) => reason !== "").join("; ");
  const mend =
    status === "red"
      ? "start the nodes that kept them; where a disk is lost for good, restore a snapshot of the repository"
      : "start the node that is away, or wait until the copies are made";
  yield (status === "red" ? fault : warning)(
    status === "red" ? "shards-missing" : "copies-missing",
    `${what} ${missing.map(({ index, shard, prirep }) => `${index} ${shard}${prirep === "r" ? " (copy)" : ""}`).join(", ")}${told === "" ? "" : `: ${told}`}`,
    mend,
  );
}

async function reasonOf(client: ClusterClient, { index, shard, prirep, state }: Shard): Promise<string> {
  if (state === "INITIALIZING") return "it is being made";
  const { body } = await client.request({
    method: "POST",
    path: "/_cluster/allocation/explain",
    body: { index, shard: Number(shard), primary: prirep === "p" },
  });
  const { unassigned_info: info, allocate_explanation: explanation } = body as {
    readonly unassigned_info?: { readonly reason?: string };
    readonly allocate_explanation?: string;
  };
  return explanation ?? info?.reason ?? "";
}
