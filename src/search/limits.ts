/** What a search request may ask for. The service checks these limits, the wire documents them, and no other file states them. */
import type { SearchRequest } from "../archive/request.ts";
import type { SearchResult } from "../archive/result.ts";
import { AppError } from "../errors.ts";

/** Hits of one result. */
export const MAX_LIMIT = 100;

/** Hits of one result where the request does not say. */
export const DEFAULT_LIMIT = 10;

/** Hits that can be paged through from the start; a narrower range of days reaches what lies deeper. */
export const MAX_OFFSET = 100_000;

/** Values that are listed of each facet. */
export const MAX_FACET_VALUES = 10_000;

/** Values that are listed of each facet where the request does not say. */
export const DEFAULT_FACET_VALUES = 50;

/** Characters of a query that are read, in UTF-16 units; the rest is left out and the result says so. */
export const MAX_QUERY_UNITS = 10_000;

/** Phrases, exclusions, nearnesses and words in titles that are obeyed, together: each is a filter of the whole archive. */
export const MAX_OPERATORS = 16;

/** Words, names and days within groups that are obeyed, together: each is looked for on its own. */
export const MAX_GROUPED = 64;

type Listed = Pick<SearchResult, "hits" | "total" | "collapsed" | "related">;

/**
 * Where the list of a result goes on, in hits from its start; undefined where it ends, or where nobody can page further.
 * @param behind hits before the first of the next page: those of this page included that are shown
 */
export const nextOffset = (result: Listed, behind: number): number | undefined =>
  behind <= MAX_OFFSET && hasMore(result, behind) ? behind : undefined;

/** Whether the list goes on behind a page, though nobody can page further. */
export const isListCut = (result: Listed, behind: number): boolean => behind > MAX_OFFSET && hasMore(result, behind);

const hasMore = ({ hits, total, collapsed, related }: Listed, behind: number): boolean =>
  hits.length > 0 && behind < total - collapsed + related;

/** @throws AppError `invalid-request` that names the first number out of its limits. */
export function checkLimits({ limit, offset, facetValues = DEFAULT_FACET_VALUES }: SearchRequest): void {
  checkCount("limit", limit, MAX_LIMIT);
  checkCount("facetValues", facetValues, MAX_FACET_VALUES);
  checkCount("offset", offset, MAX_OFFSET, "; a narrower day range reaches what lies deeper");
}

function checkCount(name: string, value: number, most: number, mend = ""): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new AppError("invalid-request", `${name} is ${value}: wanted a whole number from 0 to ${most}${mend}.`);
}
