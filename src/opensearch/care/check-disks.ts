import type { ClusterClient } from "../connection/cluster-client.ts";
import { type ClusterFinding, fault, fine, warning } from "./cluster-finding.ts";
import { readClusterSettings } from "./cluster-settings.ts";

/** What a cluster does about a disk that fills: at first it puts no new shards there, then it moves some away, at last it stops all writes. */
const STAGES = ["low", "high", "flood_stage"] as const;

const DEFAULTS: Readonly<Record<(typeof STAGES)[number], string>> = { low: "85%", high: "90%", flood_stage: "95%" };

const SETTING = "cluster.routing.allocation.disk";

/** Whether the nodes have room by the cluster's own watermarks. */
export async function* checkDisks(client: ClusterClient): AsyncGenerator<ClusterFinding> {
  const settings = await readClusterSettings(client);
  if (settings.get(`${SETTING}.threshold_enabled`) === "false")
    yield warning(
      "watermarks-off",
      "The cluster does not look at its disks: a full one ends a node instead of stopping writes.",
      `set ${SETTING}.threshold_enabled to true`,
    );
  const { body } = await client.request({
    method: "GET",
    path: "/_cat/allocation",
    query: { format: "json", bytes: "b", h: "node,disk.used,disk.total" },
  });
  const nodes = (body as readonly NodeDisk[]).filter((node) => Number(node["disk.total"]) > 0);
  for (const { node, "disk.used": used, "disk.total": total } of nodes) {
    const [usedBytes, totalBytes] = [Number(used), Number(total)];
    const passed = STAGES.filter((stage) =>
      isPassed(settings.get(`${SETTING}.watermark.${stage}`) ?? DEFAULTS[stage], usedBytes, totalBytes),
    ).at(-1);
    if (passed === undefined) continue;
    const share = `The disk of ${node} is ${Math.round((100 * usedBytes) / totalBytes)} % full`;
    const mend = `make room on ${node}, or add a node; the cluster then lifts its blocks by itself`;
    if (passed === "flood_stage")
      yield fault("disk-full", `${share}, and the cluster refuses writes to what lies there.`, mend);
    else
      yield warning(
        "disk-filling",
        `${share}: the cluster puts no more shards there${passed === "high" ? ", and moves some away" : ""}.`,
        mend,
      );
  }
  if (nodes.length > 0) yield fine(`disks: ${nodes.map(describe).join(", ")}`);
}

interface NodeDisk {
  readonly node: string;
  readonly "disk.used": string;
  readonly "disk.total": string;
}

const describe = ({ node, "disk.used": used, "disk.total": total }: NodeDisk): string =>
  `${node} ${Math.round((100 * Number(used)) / Number(total))} % of ${Math.round(Number(total) / 2 ** 30)} GiB`;

/** A watermark is a share that may be used (`90%`, `0.9`), or bytes that must be free (`20gb`). */
export function isPassed(watermark: string, usedBytes: number, totalBytes: number): boolean {
  const [, digits = "", unit = ""] = /^([\d.]+)\s*(%|[kmgtp]?b)?$/i.exec(watermark) ?? [];
  if (digits === "") return false;
  if (unit === "%") return usedBytes >= (totalBytes * Number(digits)) / 100;
  if (unit === "") return usedBytes >= totalBytes * Number(digits);
  const power = "bkmgtp".indexOf(unit[0]?.toLowerCase() ?? "b");
  return totalBytes - usedBytes <= Number(digits) * 1024 ** power;
}
