import { existsSync } from "node:fs";
import type { LeadOptions } from "../opensearch/lead/lead-in-turn.ts";
import type { OnError } from "./open-backend.ts";
import type { ClusterLead } from "./open-cluster.ts";

export interface OneAtATimeOptions {
  /** Undefined: the archive is in a folder, and this is the process that does it. */
  readonly lead: ClusterLead | undefined;
  /** Of what is done. */
  readonly name: string;
  /** The file in which stands what it works on: before it is there, nothing is to be done. */
  readonly file: string;
  readonly start: () => AsyncDisposable;
  readonly onError: OnError;
  /** See {@link LeadOptions.lookEveryMs}. */
  readonly lookEveryMs?: number | undefined;
}

/** Does something in one of all front ends of an archive in a cluster; in the only one of an archive in a folder. */
export function startOneAtATime({ lead, name, file, start, onError, lookEveryMs }: OneAtATimeOptions): AsyncDisposable {
  if (lead === undefined) return start();
  const isWanted = async (): Promise<boolean> => {
    if (!existsSync(file)) return false;
    const state = await lead.claim.state();
    if (state === "anothers") await lead.claim.check();
    return state === "own";
  };
  return lead.inTurn({ name, isWanted, lead: start, onError, lookEveryMs });
}
