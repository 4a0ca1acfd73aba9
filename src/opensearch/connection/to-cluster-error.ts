import { errors } from "@opensearch-project/opensearch";
import { AppError } from "../../errors.ts";

/** Seconds after which a cluster that was away may be asked again. */
const RETRY_AFTER_S = 10;

interface Failure {
  readonly type: string;
  readonly reason: string;
}

/** Whether a failure may pass: a node that is away or too busy, while others or a later try may answer. */
export function isPassing(error: unknown): boolean {
  if (error instanceof errors.ResponseError) {
    const status = error.statusCode ?? 0;
    // A node that died a moment ago is still asked by the others.
    if (/node_(?:not_connected|disconnected|closed)_exception/.test(failureOf(error).type)) return true;
    if (isTooManyPits(error)) return false;
    // A block stays until somebody lifts it.
    return [429, 502, 503, 504].includes(status) && !/read-only|read_only/.test(failureOf(error).reason);
  }
  if (error instanceof errors.RequestAbortedError) return false;
  if (error instanceof errors.ConnectionError && isCertificateProblem(error.message)) return false;
  return error instanceof errors.ConnectionError || error instanceof errors.TimeoutError || isAway(error);
}

/** Points in time that are open count against a limit of each node, until they are closed or have not been asked for some minutes. */
const isTooManyPits = (error: errors.ResponseError): boolean =>
  /too many point in time contexts/i.test(`${failureOf(error).reason} ${error.message}`);

const isAway = (error: unknown): boolean => error instanceof errors.NoLivingConnectionsError;

const isCertificateProblem = (message: string): boolean => /certificate|altnames|SSL|TLS/i.test(message);

/**
 * What a cluster refused, in the words of the house.
 *
 *     401, 403                             unauthorized   the user or the password
 *     blocked by the flood stage           disk-full      nothing is written until there is room
 *     blocked otherwise                    unavailable    an index that was made read-only
 *     no such search context               snapshot-gone
 *     too many points in time              overloaded     older ones are to be closed
 *     no node answers, 429, 503            unavailable
 *     whatever else                        io             what it said
 */
export function toClusterError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof errors.ResponseError) return toRefusal(error);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof errors.ConnectionError && isCertificateProblem(message))
    return new AppError("unavailable", `The certificate of the cluster is not trusted: ${message}.`, {
      cause: error,
      remedy: { code: "set-option", option: "cluster-ca", does: "names the authority that signed it" },
    });
  if (isPassing(error))
    return new AppError("unavailable", `No node of the cluster answers: ${message}.`, {
      cause: error,
      retryAfterS: RETRY_AFTER_S,
    });
  return new AppError("io", `The cluster could not be asked: ${message}.`, { cause: error });
}

function toRefusal(error: errors.ResponseError): AppError {
  const status = error.statusCode ?? 0;
  const { type, reason } = failureOf(error);
  if (status === 401)
    return new AppError("unauthorized", "The cluster does not know this user with this password.", {
      cause: error,
      remedy: { code: "set-option", option: "cluster-password", does: "gives the password" },
    });
  if (type.includes("cluster_block_exception")) return toBlockError(reason, error);
  if (status === 403)
    return new AppError("unauthorized", `The user may not do this in the cluster: ${reason}.`, { cause: error });
  if (/search_context_missing|no_search_context/.test(`${type} ${reason}`)) return createSnapshotGone(error);
  if (isTooManyPits(error))
    return new AppError(
      "overloaded",
      "The cluster keeps too many states of archives open; more can be kept with search.max_open_pit_context.",
      { cause: error, retryAfterS: RETRY_AFTER_S },
    );
  if (isPassing(error))
    return new AppError("unavailable", `The cluster has too much to do: ${reason}.`, {
      cause: error,
      retryAfterS: RETRY_AFTER_S,
    });
  return new AppError("io", `The cluster refused a request (${status} ${type}): ${reason}.`, { cause: error });
}

/** What is not written because of a block of an index. */
export function toBlockError(reason: string, cause?: unknown): AppError {
  if (/flood-stage|read-only-allow-delete|disk usage exceeded|FORBIDDEN\/12/i.test(reason))
    return new AppError(
      "disk-full",
      "A node of the cluster is short of disk space, and nothing can be written to its indices; what was acknowledged stays. Free some space: the cluster then lifts the block by itself.",
      { cause },
    );
  return new AppError(
    "unavailable",
    `The index of the archive is read-only (${reason}); whoever made it so can lift that with index.blocks.write.`,
    { cause },
  );
}

export const createSnapshotGone = (cause?: unknown): AppError =>
  new AppError("snapshot-gone", "There is no such snapshot any more; leave it out to search what is there now.", {
    cause,
  });

/** What a reply says of its failure, or that of its first shard. */
function failureOf({ body, message }: errors.ResponseError): Failure {
  const error = typeof body === "object" && body !== null ? (body as { error?: unknown }).error : undefined;
  if (typeof error === "string") return { type: "", reason: error };
  const told = (error ?? {}) as {
    type?: string;
    reason?: string;
    root_cause?: readonly { type?: string; reason?: string }[];
    failed_shards?: readonly { reason?: { type?: string; reason?: string } }[];
  };
  const cause = told.failed_shards?.[0]?.reason ?? told.root_cause?.[0] ?? told;
  return { type: `${told.type ?? ""} ${cause.type ?? ""}`.trim(), reason: cause.reason ?? told.reason ?? message };
}
