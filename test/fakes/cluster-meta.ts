import { AppError } from "../../src/errors.ts";
import type { ClusterClient, ClusterRequest } from "../../src/opensearch/connection/cluster-client.ts";
import { MetaStore } from "../../src/opensearch/index/meta-store.ts";

/** The small documents of a cluster, in memory. */
export interface FakeClusterMeta {
  readonly client: ClusterClient;
  readonly meta: MetaStore;
  /** While it is, every request is refused. */
  isAway: boolean;
}

/**
 * A cluster with one small index, whose documents change only as they were read.
 * @param more answers what is asked beside these documents; may throw
 */
export function createClusterMeta(more: (request: ClusterRequest) => unknown = () => undefined): FakeClusterMeta {
  const documents = new Map<string, { source: object; seqNo: number }>();
  let seqNo = 0;
  const answer = ({ method, path, query = {}, body = {} }: ClusterRequest): { status: number; body: unknown } => {
    const stored = documents.get(path);
    if (method === "GET")
      return stored === undefined
        ? { status: 404, body: {} }
        : { status: 200, body: { _source: stored.source, _seq_no: stored.seqNo, _primary_term: 1 } };
    const hasCondition = query.op_type === "create" || query.if_seq_no !== undefined;
    const holds =
      !hasCondition || (query.op_type === "create" ? stored === undefined : query.if_seq_no === stored?.seqNo);
    if (!holds) return { status: 409, body: {} };
    if (method === "DELETE") documents.delete(path);
    else documents.set(path, { source: structuredClone(body), seqNo: ++seqNo });
    return { status: 200, body: {} };
  };
  const client: ClusterClient = {
    request: async (request) => {
      if (fake.isAway) throw new AppError("unavailable", "No node of the cluster answers.");
      const body = more(request);
      return body === undefined ? answer(request) : { status: 200, body };
    },
    close: async () => {},
  };
  const fake: FakeClusterMeta = { client, meta: new MetaStore(client, "news-meta"), isAway: false };
  return fake;
}
