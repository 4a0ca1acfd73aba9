import { AppError } from "../../errors.ts";
import type { TimeRange } from "../../search/time-range.ts";
import { type ClusterSnapshot, Commits } from "../index/commits.ts";
import type { OpenIndex } from "../index/open-index.ts";
import { partsWithin } from "../index/partition.ts";
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

/** Searches whose scores are BM25 of terms: how common these are is asked of every shard, whatever is found there. */
const BY_TERMS = "dfs_query_then_fetch";

/** All others; a shard that can hold nothing that is looked for is left out. */
const BY_NO_TERMS = "query_then_fetch";

export interface RankedSearch extends SearchBody {
  /** Whether its order is by BM25 of terms. Default: false. */
  readonly ranksTerms?: boolean;
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

export type SnapshotIndex = Pick<OpenIndex, "client" | "partition" | "info">;

/** Searches one snapshot, or what lies in a range of instants of it; several searches at once go in one request. */
export class SnapshotReads {
  readonly #index: SnapshotIndex;
  readonly #snapshot: ClusterSnapshot;
  readonly #signal: AbortSignal | undefined;
  /** The indices that are asked; undefined: all. */
  readonly #asked: readonly string[] | undefined;

  constructor(index: SnapshotIndex, snapshot: ClusterSnapshot, signal?: AbortSignal, asked?: readonly string[]) {
    this.#index = index;
    this.#snapshot = snapshot;
    this.#signal = signal;
    this.#asked = asked;
  }

  get name(): string {
    return this.#snapshot.name;
  }

  /** Whether some indices are left out. */
  get isNarrowed(): boolean {
    return this.#asked !== undefined;
  }

  /** The same, for searches that find nothing outside of a range, or nothing with a date: of an archive by years no other index is asked. */
  within(range: TimeRange | "undated" | undefined): SnapshotReads {
    const { partition, info } = this.#index;
    const { indices } = this.#snapshot;
    if (partition === "none" || indices === undefined || range === undefined) return this;
    const asked = partsWithin(indices, range, info.timezone);
    return new SnapshotReads(this.#index, this.#snapshot, this.#signal, asked);
  }

  async search(search: RankedSearch): Promise<FoundHits> {
    const [found] = await this.searchAll([search]);
    return found as FoundHits;
  }

  /** @throws AppError `snapshot-gone` where a shard does not have it any more, `unavailable`, `io`. */
  async searchAll(searches: readonly RankedSearch[]): Promise<FoundHits[]> {
    if (searches.length === 0) return [];
    const { body } = await this.#index.client.request({
      method: "POST",
      path: "/_msearch",
      // Else shards are looked at beforehand where there are very many.
      query: this.#asked === undefined ? {} : { pre_filter_shard_size: 1 },
      lines: searches.flatMap((search) => this.#toLines(search)),
      signal: this.#signal,
    });
    return (body as { responses: readonly SearchReply[] }).responses.map(toFound);
  }

  #toLines({ ranksTerms = false, ...body }: RankedSearch): [object, object] {
    const inAsked = ranksTerms ? body : { ...body, query: this.#inAsked(body.query) };
    return [{ search_type: ranksTerms ? BY_TERMS : BY_NO_TERMS }, { ...inAsked, ...Commits.toBody(this.#snapshot) }];
  }

  /** A query as the indices that are asked meet it, with the same scores. */
  #inAsked(query: Clause | undefined): Clause | undefined {
    if (this.#asked === undefined) return query;
    return { bool: { ...(query && { must: [query] }), filter: [{ terms: { _index: this.#asked } }] } };
  }
}

function toFound({ error, timed_out, _shards, hits, aggregations }: SearchReply): FoundHits {
  const failure = error?.root_cause?.[0] ?? error?.caused_by ?? error ?? _shards?.failures?.[0]?.reason;
  if (error !== undefined || (_shards?.failed ?? 0) > 0) throw toSearchError(failure);
  if (timed_out === true || hits === undefined)
    throw new AppError("unavailable", "The cluster gave a search up before its end.");
  return { total: hits.total?.value ?? 0, hits: hits.hits, aggregations: aggregations ?? {} };
}
