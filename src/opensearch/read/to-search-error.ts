import { AppError } from "../../errors.ts";
import { createSnapshotGone } from "../connection/to-cluster-error.ts";

/** Why a shard, or all of them, gave no answer, as the cluster says it. */
export interface FailedCause {
  readonly type?: string;
  readonly reason?: string;
}

const LOST_TYPES =
  /search_context_missing|index_not_found|node_not_connected|node_disconnected|no_shard_available|NoSuchNode|node_closed/i;

/** Of a search as a whole: where no shard says why it failed, the node that asked them has lost them, as at an election. */
const UNTOLD_TYPE = "search_phase_execution_exception";

/** Said, as an illegal state, of a node that the cluster has struck off by now. */
const LOST_REASONS = /no node found for id/i;

/** A shard whose node is gone, or whose index, has lost the point in time; a snapshot of the newest state can be opened again. */
export function toSearchError({ type = "", reason = "" }: FailedCause = {}): AppError {
  if (LOST_TYPES.test(type) || LOST_REASONS.test(reason) || type === UNTOLD_TYPE) return createSnapshotGone();
  if (/circuit_breaking|rejected_execution|task_cancelled/.test(type))
    return new AppError("unavailable", `The cluster has too much to do for a search: ${reason}.`, { retryAfterS: 10 });
  return new AppError("io", `The cluster failed at a search (${type}): ${reason}.`);
}
