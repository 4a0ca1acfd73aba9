import type { SearchMode, SearchRequest } from "../../archive/request.ts";
import type { Candidates } from "../../search/candidates.ts";
import type { QueryParts } from "../../search/matching/query-parts.ts";
import type { ParsedQuery } from "../../search/query.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { SearchSharing } from "./parts/do-parts.ts";
import type { RowSets } from "./row-sets.ts";
import type { RowSpace } from "./row-space.ts";
import type { SearchCaches } from "./search-caches.ts";
import type { TermLookup } from "./term-lookup.ts";

/** A search request with all that is known before anything is looked up. */
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
  readonly timezone: string;
  readonly snapshot: Snapshot;
  readonly space: RowSpace;
  readonly lookup: TermLookup;
  readonly sets: RowSets;
  readonly candidates: Candidates;
  readonly caches: SearchCaches;
  /** Where parts of it can be handed out. */
  readonly sharing: SearchSharing;
}
