import { DEFAULT_QUERY } from "../api/search-url.ts";
import { toSearchRequest } from "../api/to-wire.ts";
import type { Histogram, SearchResult } from "../archive/result.ts";
import type { SearchService } from "../search/search.ts";

/** What an archive holds, over time: everything, and its largest sources, by month. */
export interface Coverage {
  readonly months: Histogram;
  readonly facets: SearchResult["facets"];
  /** What {@link facets} do not list. */
  readonly facetRemainders: SearchResult["facetRemainders"];
  readonly sources: readonly { readonly source: string; readonly months: Histogram }[];
}

/** Sources that are drawn over time. */
const DRAWN_SOURCES = 12;

const EVERYTHING = {
  ...toSearchRequest(DEFAULT_QUERY),
  limit: 0,
  ranked: false,
  stories: false,
  interval: "month",
} as const;

/** Keeps what `count` gives for as long as the archive stays in one state, however often it is asked for. */
export function oncePerState<T>(
  count: (search: SearchService, snapshot: string) => Promise<T>,
): (search: SearchService, snapshot: string) => Promise<T> {
  let known: { readonly snapshot: string; readonly value: Promise<T> } | undefined;
  return (search, snapshot) => {
    if (known?.snapshot === snapshot) return known.value;
    const counted = { snapshot, value: count(search, snapshot) };
    known = counted;
    counted.value.catch(() => {
      // What failed is counted again for the next reader.
      if (known === counted) known = undefined;
    });
    return counted.value;
  };
}

/** Every article over time: where a search finds nothing, it tells whether there was anything. */
export const countMonths = async (search: SearchService, snapshot: string): Promise<Histogram> =>
  (await search.search({ ...EVERYTHING, snapshot, facetValues: 0 })).histogram;

export async function countCoverage(search: SearchService, snapshot: string): Promise<Coverage> {
  const { facets, facetRemainders, histogram } = await search.search({ ...EVERYTHING, snapshot });
  const sources: { source: string; months: Histogram }[] = [];
  // One after the other: readers who search meanwhile must not wait behind all of them.
  for (const { value } of facets.source.slice(0, DRAWN_SOURCES)) {
    const result = await search.search({ ...EVERYTHING, snapshot, sources: [value], facetValues: 0 });
    sources.push({ source: value, months: result.histogram });
  }
  return { months: histogram, facets, facetRemainders, sources };
}
