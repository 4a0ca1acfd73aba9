import type { Holding } from "../index/lease.ts";
import type { MetaStore } from "../index/meta-store.ts";
import { readClaim } from "../lead/folder-claim.ts";
import { ALERTS_LEAD, FOLLOWING_LEAD } from "../lead/leads.ts";
import { type ClusterFinding, fine } from "./cluster-finding.ts";

const WORK = { [FOLLOWING_LEAD]: "looks at what is followed", [ALERTS_LEAD]: "tells of new articles" } as const;

/** Who of all front ends does what one does at a time, and where stands what is followed. */
export async function* checkLeaders(meta: MetaStore, nowMs: () => number): AsyncGenerator<ClusterFinding> {
  const claim = await readClaim(meta);
  if (claim === undefined) return;
  yield fine(`what is followed stands in the folder ${claim.folder} of ${claim.host}`);
  for (const [name, work] of Object.entries(WORK)) {
    const held = await meta.read<Holding>(name);
    const isHeld = held !== undefined && held.value.expiresAtMs > nowMs();
    yield fine(isHeld ? `process ${held.value.pid} of ${held.value.host} ${work}` : `nobody ${work} now`);
  }
}
