import { PLAIN_REQUEST, type SearchRequest } from "../archive/request.ts";

/** What of a search decides whether an article matches; order and page do not. */
export type FollowedSearch = Pick<
  SearchRequest,
  "query" | "mode" | "from" | "to" | "sources" | "categories" | "excludedSources" | "excludedCategories" | "without"
>;

/** What a followed search says of a request, and nothing else of it. */
export function toFollowedSearch(request: FollowedSearch): FollowedSearch {
  const { query, mode, from, to, sources, categories, excludedSources, excludedCategories, without = [] } = request;
  return {
    query,
    mode,
    sources: [...sources],
    categories: [...categories],
    excludedSources: [...excludedSources],
    excludedCategories: [...excludedCategories],
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(without.length === 0 ? {} : { without: [...without] }),
  };
}

/** A followed search as a request for what it finds in an archive. */
export const toRequest = (search: FollowedSearch): SearchRequest => ({ ...PLAIN_REQUEST, ...search });
