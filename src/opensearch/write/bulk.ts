import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../errors.ts";
import { type ClusterClient, WRITE_PATIENCE_MS } from "../connection/cluster-client.ts";
import { toBlockError } from "../connection/to-cluster-error.ts";

/** Units of JSON that one request carries: a node that has much to do refuses larger ones first. */
const MAX_REQUEST_UNITS = 5_000_000;

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/** A document to be written or removed. Of two with one id the one with the larger version stays, whichever comes first. */
export interface BulkItem {
  readonly id: string;
  readonly version: number;
  /** The index that it is written to, or removed from. Default: that of the request. */
  readonly index?: string | undefined;
  /** As JSON; absent: the document is removed. */
  readonly json?: string | undefined;
}

export interface BulkOptions {
  readonly client: ClusterClient;
  readonly index: string;
  /** Copies of a shard that must have a write before it is acknowledged. */
  readonly copies: number;
}

interface ItemReply {
  readonly status: number;
  readonly error?: { readonly type?: string; readonly reason?: string };
}

/**
 * Writes documents, each acknowledged by as many copies as are wanted. What a node refuses since it has too much to do is tried again,
 * slower; a write that was done already and is tried again changes nothing, since its version is the same.
 * @throws AppError `disk-full`, `unavailable`, `io` that names the first document that was refused.
 */
export async function writeBulk(items: readonly BulkItem[], options: BulkOptions): Promise<void> {
  for (const request of toRequests(items)) {
    const untilMs = Date.now() + WRITE_PATIENCE_MS;
    let left: readonly BulkItem[] = request;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
      left = await send(left, options);
      if (left.length === 0) break;
      if (Date.now() > untilMs)
        throw new AppError("unavailable", `The cluster has had too much to do to write ${left.length} articles.`);
      await sleep(pauseMs);
    }
  }
}

/** What is left to be tried again. */
async function send(items: readonly BulkItem[], { client, index, copies }: BulkOptions): Promise<readonly BulkItem[]> {
  const { body } = await client.request({
    method: "POST",
    path: `/${index}/_bulk`,
    query: { wait_for_active_shards: copies, timeout: "1m" },
    lines: items.flatMap(({ id, version, index: own, json }): (object | string)[] => {
      const target = { ...(own !== undefined && { _index: own }), _id: id, version, version_type: "external_gte" };
      return json === undefined ? [{ delete: target }] : [{ index: target }, json];
    }),
    patienceMs: WRITE_PATIENCE_MS,
  });
  const replies = (body as { items?: readonly Readonly<Record<string, ItemReply>>[] }).items ?? [];
  return items.filter((item, position) => {
    const reply = Object.values(replies[position] ?? {})[0];
    return reply === undefined || !isDone(item, reply);
  });
}

/** False where it is to be tried again. @throws AppError where that would not help */
function isDone({ json }: BulkItem, { status, error }: ItemReply): boolean {
  // What is to be removed and is not there is removed.
  if (error === undefined || (json === undefined && status === 404)) return true;
  const { type = "", reason = "" } = error;
  if (type === "cluster_block_exception") throw toBlockError(reason);
  if (status === 429 || status === 503) return false;
  if (status === 409)
    throw new AppError(
      "archive-locked",
      "Another process has written a newer version of an article; what was acknowledged is kept.",
    );
  throw new AppError("io", `The cluster refused an article (${status} ${type}): ${reason}.`);
}

function toRequests(items: readonly BulkItem[]): BulkItem[][] {
  const requests: BulkItem[][] = [];
  let units = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = item.json?.length ?? 0;
    if (units + size > MAX_REQUEST_UNITS) {
      requests.push([]);
      units = 0;
    }
    requests.at(-1)?.push(item);
    units += size;
  }
  return requests;
}
