import { toSearchRequest } from "../api/to-wire.ts";
import type { PageQuery } from "../api/wire.ts";
import type { ReadOptions } from "../archive/archive.ts";
import type { Hit, SearchResult } from "../archive/result.ts";
import { MAX_LIMIT, MAX_OFFSET } from "../search/limits.ts";
import { isSnapshotGone } from "../search/read-again-when-gone.ts";
import type { SearchService } from "../search/search.ts";

/** Where an article stands among the results that it was opened from. */
export interface Neighbours {
  /** Its place in the list, from 0; and how long the list is. */
  readonly place: number;
  readonly of: number;
  /** The state of the archive in which the list is read on. */
  readonly snapshot: string;
  readonly previous: Hit | undefined;
  readonly next: Hit | undefined;
  /** Synonyms that were looked for too. */
  readonly alsoSearched: readonly string[];
}

export interface Opened {
  readonly id: string;
  readonly query: PageQuery;
  /** The place that it was opened from. */
  readonly place: number;
}

/** Hits on each side that are looked through where the state that was searched is not kept any more. */
const REACH = 25;

/**
 * The hits before and after an article in the order of the search, in the state of the archive that was searched; where that is gone, in
 * the present one, if the article still stands near its place. Undefined where it does not.
 */
export async function readNeighbours(
  search: Pick<SearchService, "search">,
  { id, query, place }: Opened,
  asker: ReadOptions,
): Promise<Neighbours | undefined> {
  const read = async (reach: number, snapshot: string | undefined): Promise<Neighbours | undefined> => {
    const offset = Math.min(MAX_OFFSET, Math.max(0, place - reach));
    const limit = Math.min(MAX_LIMIT, place - offset + reach + 1);
    const result = await search.search({ ...toSearchRequest(query), facetValues: 0, offset, limit, snapshot }, asker);
    return findIn(result, id, offset);
  };
  try {
    const near = await read(1, query.snapshot);
    if (near !== undefined) return near;
  } catch (error) {
    if (!isSnapshotGone(error)) throw error;
  }
  return read(REACH, undefined);
}

function findIn(result: SearchResult, id: string, offset: number): Neighbours | undefined {
  const { hits, snapshot, alsoSearched, total, collapsed, related } = result;
  const index = hits.findIndex((hit) => hit.id === id);
  if (index < 0) return undefined;
  return {
    place: offset + index,
    // What is merely similar is counted apart, as in the list.
    of: offset + index < total - collapsed ? total - collapsed : total - collapsed + related,
    snapshot,
    previous: hits[index - 1],
    next: hits[index + 1],
    alsoSearched,
  };
}
