import { createResources } from "../resources/registry.ts";
import type { ReindexOptions, ReindexReport } from "./care.ts";
import { borrowArchiveEncoder } from "./load-encoder.ts";
import { type ClusterOptions, openClusterIndex } from "./open-cluster.ts";

/** Builds an archive in a cluster anew where another encoder or an earlier version made it, beside the one that is searched. */
export async function reindexClusterArchive(
  cluster: ClusterOptions,
  { encoder: choice, signal, onProgress }: Pick<ReindexOptions, "encoder" | "signal" | "onProgress">,
): Promise<ReindexReport> {
  await using resources = createResources();
  await using opened = await openClusterIndex(cluster);
  const { index } = opened;
  using lease = await borrowArchiveEncoder(resources, choice, index.info, { renews: true });
  const encoder = lease.value;
  const { reindexCluster } = await import("../opensearch/care/reindex-cluster.ts");
  const startedMs = performance.now();
  const report = await reindexCluster({ index, encoder, signal, onProgress });
  const tookMs = performance.now() - startedMs;
  return { ...report, encoder: { name: encoder.name, fingerprint: encoder.fingerprint }, tookMs };
}
