import type { ClusterClient } from "../connection/cluster-client.ts";
import type { IndexNames } from "../index/names.ts";
import { type ClusterFinding, fault } from "./cluster-finding.ts";

/** Settings by which an index or the cluster refuses writes, or reads. */
const BLOCKS = ["read_only_allow_delete", "read_only", "write", "read", "metadata"] as const;

/** Whether somebody, or a disk that was full, has made the archive read-only. */
export async function* checkBlocks(client: ClusterClient, names: IndexNames): AsyncGenerator<ClusterFinding> {
  const { body } = await client.request({
    method: "GET",
    path: `/${names.articles},${names.meta}/_settings`,
    query: { flat_settings: true },
  });
  const indices = body as Readonly<Record<string, { readonly settings: Readonly<Record<string, unknown>> }>>;
  for (const [index, { settings }] of Object.entries(indices)) {
    for (const block of BLOCKS) {
      if (String(settings[`index.blocks.${block}`]) !== "true") continue;
      if (block === "read_only_allow_delete")
        yield fault(
          "disk-full",
          `Nothing can be written to ${index}: a disk was nearly full.`,
          "make room: the cluster lifts the block by itself when the disk is below its high watermark",
        );
      else
        yield fault(
          "blocked",
          `${index} was made read-only or closed to reads: index.blocks.${block} is true.`,
          `PUT /${index}/_settings {"index.blocks.${block}": null}`,
        );
    }
  }
  const { body: cluster } = await client.request({
    method: "GET",
    path: "/_cluster/settings",
    query: { flat_settings: true },
  });
  const { persistent = {}, transient = {} } = cluster as Readonly<
    Record<"persistent" | "transient", Readonly<Record<string, unknown>> | undefined>
  >;
  for (const block of ["cluster.blocks.read_only", "cluster.blocks.read_only_allow_delete"])
    if (String({ ...persistent, ...transient }[block]) === "true")
      yield fault(
        "blocked",
        `The whole cluster is read-only: ${block} is true.`,
        `PUT /_cluster/settings {"persistent": {"${block}": null}}`,
      );
}
