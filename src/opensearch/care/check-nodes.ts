import type { ClusterClient } from "../connection/cluster-client.ts";
import { type ClusterFinding, fine, warning } from "./cluster-finding.ts";

interface Node {
  readonly name: string;
  readonly version: string;
}

interface NodeStats {
  readonly name: string;
  readonly jvm?: { readonly mem?: { readonly heap_used_percent?: number; readonly heap_max_in_bytes?: number } };
}

/** A heap that is fuller than this after its collections leaves little room for searches. */
const FULL_HEAP_PERCENT = 90;

/** Leases and batches are told by clocks, which should agree to this. */
const CLOCK_TOLERANCE_MS = 5000;

/** Versions, heaps and the clock of the nodes. */
export async function* checkNodes(client: ClusterClient, nowMs: () => number): AsyncGenerator<ClusterFinding> {
  const { body } = await client.request({ method: "GET", path: "/_nodes/http" });
  const nodes = Object.values((body as { readonly nodes?: Readonly<Record<string, Node>> }).nodes ?? {});
  const versions = [...new Set(nodes.map(({ version }) => version))].sort();
  if (versions.length > 1)
    yield warning(
      "mixed-versions",
      `The nodes run different versions (${versions.join(", ")}), as in the middle of an upgrade.`,
      "finish the upgrade: shards cannot move from a newer node to an older one",
    );
  const stats = await client.request({ method: "GET", path: "/_nodes/stats/jvm" });
  const each = Object.values((stats.body as { readonly nodes?: Readonly<Record<string, NodeStats>> }).nodes ?? {});
  for (const { name, jvm } of each)
    if ((jvm?.mem?.heap_used_percent ?? 0) >= FULL_HEAP_PERCENT)
      yield warning(
        "heap-full",
        `The heap of ${name} is ${jvm?.mem?.heap_used_percent} % full.`,
        "give the node more heap (-Xmx, half of its memory, up to 31 GB), or add nodes",
      );
  const askedAtMs = nowMs();
  const clock = await client.request({
    method: "GET",
    path: "/_cat/health",
    query: { format: "json", h: "epoch" },
  });
  const epochMs = 1000 * Number((clock.body as readonly { readonly epoch?: string }[])[0]?.epoch);
  const apartMs = Math.max(askedAtMs - epochMs - 1000, epochMs - nowMs());
  if (apartMs > CLOCK_TOLERANCE_MS)
    yield warning(
      "clocks-apart",
      `The clock of the cluster and that of this machine are ${Math.round(apartMs / 1000)} s apart: a lease of one writer may look expired to another.`,
      "sudo timedatectl set-ntp true, on each machine",
    );
  yield fine(`${nodes.length} nodes of OpenSearch ${versions.join(" and ")}`);
}
