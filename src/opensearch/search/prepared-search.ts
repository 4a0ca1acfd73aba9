import type { EncodedQuery } from "../../archive/encoded-query.ts";
import type { SearchMode, SearchRequest } from "../../archive/request.ts";
import { type QueryParts, splitQuery } from "../../search/matching/query-parts.ts";
import { type ParsedQuery, parseQuery } from "../../search/query.ts";
import type { ClusterSnapshot } from "../index/commits.ts";
import type { OpenIndex } from "../index/open-index.ts";
import { type Clause, SnapshotReads } from "../read/snapshot-reads.ts";
import { Documents } from "./documents.ts";
import { boundsOf, toFilterClauses } from "./filter-clauses.ts";
import { NodeClauses } from "./node-clauses.ts";
import type { SearchCaches, SnapshotFacts } from "./search-caches.ts";
import { NOTHING } from "./term-clause.ts";
import { TermCounts } from "./term-counts.ts";
import { textsOf } from "./texts-of.ts";

export interface SearchInput {
  readonly index: OpenIndex;
  readonly snapshot: ClusterSnapshot;
  readonly request: SearchRequest;
  readonly encoded: EncodedQuery;
  readonly caches: SearchCaches;
  readonly signal: AbortSignal | undefined;
}

/** A search request with all that is known before anything is looked for. */
export interface PreparedSearch {
  readonly request: SearchRequest;
  readonly query: ParsedQuery;
  /** What may be the headline of an article. */
  readonly headline: string;
  readonly parts: QueryParts;
  /** The mode that is used: keyword where the query has no vector. */
  readonly mode: SearchMode;
  /** Unit vector of the query; absent where meaning plays no part. */
  readonly vector: Float32Array | undefined;
  /** Of the encoder that made the archive's vectors. */
  readonly encoderFingerprint: string;
  readonly reads: SnapshotReads;
  /** What looks within the filters alone: in an archive by years it asks no other index. */
  readonly filteredReads: SnapshotReads;
  readonly facts: SnapshotFacts;
  readonly terms: TermCounts;
  readonly nodes: NodeClauses;
  readonly documents: Documents;
  /** What the filters leave: those of the request and those that the query makes. */
  readonly filters: readonly Clause[];
  readonly isUnchecked: boolean;
  /** Something was typed, but nothing that could be looked for. */
  readonly isVain: boolean;
}

export async function prepareSearch(input: SearchInput): Promise<PreparedSearch> {
  const { index, snapshot, request, encoded, caches, signal } = input;
  const { timezone, encoderFingerprint } = index.info;
  const query = parseQuery(request.query);
  const parts = splitQuery(query.tree);
  const reads = new SnapshotReads(index, snapshot, signal);
  const facts = caches(snapshot.name);
  const terms = await TermCounts.ask([...query.phrases, ...query.words, ...textsOf(query.tree)], reads, facts);
  const nodes = new NodeClauses({ reads, facts, terms, timezone });
  const isVain = query.readAs === "" && !query.isEmpty;
  const found = await Promise.all(parts.filters.map((node) => nodes.find(node)));
  return {
    request,
    query,
    headline: encoded.asked ?? query.text,
    parts,
    mode: encoded.notice === undefined ? request.mode : "keyword",
    vector: isVain ? undefined : encoded.vector,
    encoderFingerprint,
    reads,
    filteredReads: reads.within(boundsOf(request, query.filters, timezone)),
    facts,
    terms,
    nodes,
    documents: new Documents(reads),
    filters: [
      ...(isVain ? [NOTHING] : []),
      ...toFilterClauses(request, query.filters, timezone),
      ...found.map(({ clause }) => clause),
    ],
    isUnchecked: found.some(({ isUnchecked }) => isUnchecked),
    isVain,
  };
}
