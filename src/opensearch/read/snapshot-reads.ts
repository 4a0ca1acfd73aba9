import { AppError } from "../../errors.ts";
import type { ClusterClient } from "../connection/cluster-client.ts";
import { type ClusterSnapshot, Commits } from "../index/commits.ts";
import type { OpenIndex } from "../index/open-index.ts";
import type { StoredDocument } from "../index/to-document.ts";
import { type FailedCause, toSearchError } from "./to-search-error.ts";

/** A query in the language of the cluster. */
export type Clause = Readonly<Record<string, unknown>>;

export interface SearchBody {
  readonly query?: Clause | undefined;
  readonly size?: number;
  readonly sort?: readonly unknown[];
  readonly search_after?: readonly unknown[];
  readonly _source?: boolean | readonly string[];
  readonly track_total_hits?: boolean;
  readonly track_scores?: boolean;
  readonly collapse?: { readonly field: string };
  readonly aggs?: Readonly<Record<string, unknown>> | undefined;
}

export interface FoundHit {
  readonly _score: number | null;
  readonly _source?: StoredDocument;
  /** Names of clauses that it meets. */
  readonly matched_queries?: readonly string[];
  readonly sort?: readonly (number | string | null)[];
}

export interface FoundHits {
  readonly total: number;
  readonly hits: readonly FoundHit[];
  readonly aggregations: Readonly<Record<string, unknown>>;
}

interface SearchReply {
  readonly error?: FailedCause & { readonly root_cause?: readonly FailedCause[]; readonly caused_by?: FailedCause };
  readonly timed_out?: boolean;
  readonly _shards?: {
    readonly failed: number;
    readonly failures?: readonly { readonly reason?: FailedCause }[];
  };
  readonly hits?: { readonly total?: { readonly value: number }; readonly hits: readonly FoundHit[] };
  readonly aggregations?: Readonly<Record<string, unknown>>;
}

/** Searches one snapshot; several at once go in one request. Statistics of scores are those of all shards. */
export class SnapshotReads {
  readonly #client: ClusterClient;
  readonly #snapshot: ClusterSnapshot;
  readonly #signal: AbortSignal | undefined;

  constructor({ client }: Pick<OpenIndex, "client">, snapshot: ClusterSnapshot, signal?: AbortSignal) {
    this.#client = client;
    this.#snapshot = snapshot;
    this.#signal = signal;
  }

  get name(): string {
    return this.#snapshot.name;
  }

  async search(body: SearchBody): Promise<FoundHits> {
    const [found] = await this.searchAll([body]);
    return found as FoundHits;
  }

  /** @throws AppError `snapshot-gone` where a shard does not have it any more, `unavailable`, `io`. */
  async searchAll(bodies: readonly SearchBody[]): Promise<FoundHits[]> {
    if (bodies.length === 0) return [];
    const { body } = await this.#client.request({
      method: "POST",
      path: "/_msearch",
      query: { search_type: "dfs_query_then_fetch" },
      lines: bodies.flatMap((search) => [{}, { ...search, ...Commits.toBody(this.#snapshot) }]),
      signal: this.#signal,
    });
    return (body as { responses: readonly SearchReply[] }).responses.map(toFound);
  }
}

function toFound({ error, timed_out, _shards, hits, aggregations }: SearchReply): FoundHits {
  const failure = error?.root_cause?.[0] ?? error?.caused_by ?? error ?? _shards?.failures?.[0]?.reason;
  if (error !== undefined || (_shards?.failed ?? 0) > 0) throw toSearchError(failure);
  if (timed_out === true || hits === undefined)
    throw new AppError("unavailable", "The cluster gave a search up before its end.");
  return { total: hits.total?.value ?? 0, hits: hits.hits, aggregations: aggregations ?? {} };
}
