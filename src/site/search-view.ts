import { toSearchRequest } from "../api/to-wire.ts";
import type { PageQuery } from "../api/wire.ts";
import type { ReadOptions } from "../archive/archive.ts";
import { PLAIN_REQUEST, type SearchRequest } from "../archive/request.ts";
import type { Histogram, SearchResult } from "../archive/result.ts";
import { DEFAULT_FACET_VALUES } from "../search/limits.ts";
import { isSnapshotGone, readAgainWhenGone } from "../search/read-again-when-gone.ts";
import type { SearchService } from "../search/search.ts";
import { type Chart, readChart, toPlainChart } from "./chart.ts";
import { countMonths, oncePerState } from "./coverage.ts";
import { type FacetChoices, isNarrowed } from "./pages/filters.ts";

/** What the page of a search shows: several searches of one state of the archive. */
export interface SearchView {
  readonly result: SearchResult;
  /** Counts to choose from: where a search is narrowed to some sources, those of all that the rest of it leaves. */
  readonly facets: FacetChoices;
  /** What is drawn over time: the search, or several things compared. */
  readonly chart: Chart;
  /** Every article of the archive over time; undefined where it is not known. */
  readonly coverage: Histogram | undefined;
  /** Where nothing is found within filters: how many articles there are without them. */
  readonly withoutFilters: number | undefined;
}

export type ReadSearchView = (search: SearchService, query: PageQuery, asker: ReadOptions) => Promise<SearchView>;

/** One search of a state that the others share. */
type Count = (request: SearchRequest) => Promise<SearchResult>;

/**
 * Reads what a search page shows: first the search, then side by side what is counted beside it, in the same state of the archive.
 * The signal of who asks calls off all of it. @throws what a search throws
 */
export function createReadSearchView(): ReadSearchView {
  const readMonths = oncePerState(countMonths);
  return async (search, query, asker) => {
    const readOnce = async (): Promise<SearchView> => {
      const result = await search.search(toPageRequest(query), asker);
      return { result, ...(await readBeside(search, query, result, asker)) };
    };
    // Who names a state asks for that one alone; it does not come back.
    if (query.snapshot !== undefined) return readOnce();
    try {
      return await readAgainWhenGone(readOnce);
    } catch (error) {
      if (!isSnapshotGone(error)) throw error;
      const result = await search.search(toPageRequest(query), asker);
      return { ...ALONE, result, facets: result, chart: toPlainChart(result) };
    }
  };

  async function readBeside(
    search: SearchService,
    query: PageQuery,
    result: SearchResult,
    asker: ReadOptions,
  ): Promise<Omit<SearchView, "result">> {
    const { snapshot } = result;
    const failed = new AbortController();
    const signals = [asker.signal ?? [], failed.signal].flat();
    const options = { ...asker, signal: AbortSignal.any(signals) };
    const count: Count = (request) =>
      search.search({ ...request, snapshot, limit: 0, offset: 0, ranked: false }, options);
    try {
      const [facets, chart, coverage, withoutFilters] = await Promise.all([
        countChoices(count, query, result),
        readChart(search, query, result, options),
        readMonths(search, snapshot),
        countWithoutFilters(count, query, result),
      ]);
      return { facets, chart, coverage, withoutFilters };
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  }
}

/** A page whose hits stand alone, since the archive changes faster than it can be counted. */
const ALONE = { coverage: undefined, withoutFilters: undefined };

const toPageRequest = (query: PageQuery): SearchRequest => ({
  ...toSearchRequest(query),
  // Who asks nothing has not begun to choose; all values are one press away.
  facetValues: query.q.trim() === "" ? FRONT_FACET_VALUES : DEFAULT_FACET_VALUES,
});

const FRONT_FACET_VALUES = 16;

async function countWithoutFilters(
  count: Count,
  query: PageQuery,
  { total }: SearchResult,
): Promise<number | undefined> {
  if (total > 0 || !isNarrowed(query)) return undefined;
  return (await count({ ...PLAIN_REQUEST, query: query.q, mode: query.mode, facetValues: 0 })).total;
}

async function countChoices(count: Count, query: PageQuery, result: SearchResult): Promise<FacetChoices> {
  const freed = async (lack: "source" | "category", filter: Partial<SearchRequest>): Promise<FacetChoices> =>
    count({ ...toPageRequest(query), ...filter, without: query.without.filter((one) => one !== lack) });
  const narrows = (lack: "source" | "category", only: readonly string[], none: readonly string[]): boolean =>
    only.length + none.length > 0 || query.without.includes(lack);
  const [bySource, byCategory] = await Promise.all([
    narrows("source", query.source, query.excludeSource)
      ? freed("source", { sources: [], excludedSources: [] })
      : result,
    narrows("category", query.category, query.excludeCategory)
      ? freed("category", { categories: [], excludedCategories: [] })
      : result,
  ]);
  return {
    facets: { source: bySource.facets.source, category: byCategory.facets.category },
    facetRemainders: { source: bySource.facetRemainders.source, category: byCategory.facetRemainders.category },
  };
}
