import { at, type Site } from "../http/site.ts";
import { DEFAULT_FACET_VALUES, DEFAULT_LIMIT } from "../search/limits.ts";
import { toIdSegment } from "./id-segment.ts";
import type { PageQuery } from "./wire.ts";

/** The search in the address bar: the URL is the state, and only what differs from the defaults stands in it. */

export const DEFAULT_QUERY: PageQuery = {
  q: "",
  source: [],
  category: [],
  excludeSource: [],
  excludeCategory: [],
  without: [],
  mode: "hybrid",
  sort: "relevance",
  limit: DEFAULT_LIMIT,
  offset: 0,
  stories: "on",
  vs: [],
  facetValues: DEFAULT_FACET_VALUES,
};

/** Some of a search, changed; undefined takes a day away. */
export type QueryChange = { readonly [Key in keyof PageQuery]?: PageQuery[Key] | undefined };

/**
 * Longest query that every link of a page repeats. A longer one is carried by the form and the paging alone, else a hundred
 * links would each repeat ten thousand characters.
 */
const MAX_LINKED_QUERY = 400;

export const isLinkable = (query: PageQuery): boolean => query.q.length <= MAX_LINKED_QUERY;

/** `q=…&from=…`, or the empty string for the defaults. */
export function toSearchParams(query: QueryChange): string {
  const params = new URLSearchParams();
  const keys = ["q", "from", "to", "source", "category", "excludeSource", "excludeCategory", "without", "vs"] as const;
  const drawn = ["interval", "measure", "by"] as const;
  for (const key of [...keys, ...drawn, "mode", "sort", "stories", "limit", "offset"] as const) {
    const value = query[key];
    if (Array.isArray(value)) for (const item of value) params.append(key, item);
    else if (value !== undefined && value !== DEFAULT_QUERY[key]) params.set(key, String(value));
  }
  return params.toString();
}

/** The page of a search with some of it changed; anything but a new offset starts at the first page again. */
export const toSearchUrl = (site: Site, query: PageQuery, change: QueryChange = {}): string =>
  at(site, withParams("", toSearchParams({ ...query, offset: 0, ...change })));

/** A path, and what is asked there. */
export const withParams = (path: string, params: string): string => (params === "" ? path : `${path}?${params}`);

/** The page that says why an article matches a search. */
export const toWhyUrl = (site: Site, id: string, query: PageQuery): string =>
  toArticleUrl(site, id, query).replace("?", "/why?");

/** The page of what an edition of an article changed. */
export const toEditionUrl = (site: Site, id: string, number: number): string =>
  `${toArticleUrl(site, id)}/editions/${number}`;

/** The page of what differs between two articles. */
export const toDifferencesUrl = (site: Site, id: string, other: string): string =>
  `${toArticleUrl(site, id)}/differences/${toIdSegment(other)}`;

/** Where a hit stands in its list, and in which state of the archive. */
export interface HitPlace {
  /** From 0. */
  readonly place: number;
  readonly snapshot: string;
}

/** The page of an article opened from a list, in which reading goes on from hit to hit. */
export function toHitUrl(site: Site, id: string, query: PageQuery, { place, snapshot }: HitPlace): string {
  const url = toArticleUrl(site, id, { ...query, offset: 0 });
  if (!isLinkable(query)) return url;
  return `${url}${url.includes("?") ? "&" : "?"}hit=${place + 1}&snapshot=${encodeURIComponent(snapshot)}`;
}

/** The page of an article, which leads back to the search it was found by. */
export function toArticleUrl(site: Site, id: string, query?: PageQuery): string {
  const params = query !== undefined && isLinkable(query) ? toSearchParams(query) : "";
  return at(site, withParams(`articles/${toIdSegment(id)}`, params));
}
