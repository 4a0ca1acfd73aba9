import type { Article } from "../archive/article.ts";
import type { SearchRequest } from "../archive/request.ts";
import type { Copy, Hit, SearchResult } from "../archive/result.ts";
import type { FilterQuery, SearchQuery, SearchReply, WireArticle, WireHit } from "./wire.ts";

/** From what search/ speaks to what the wire speaks, and back: dates become ISO text, absent fields the empty string. */

export function toSearchRequest(query: SearchQuery): SearchRequest {
  const { sort, limit, offset, facetValues } = query;
  return { ...toFilters(query), sort, limit, offset, facetValues, stories: query.stories === "on" };
}

/** Which articles match; what is shown of them is for the caller to say. */
export function toFilters(query: FilterQuery): Omit<SearchRequest, "sort" | "limit" | "offset"> {
  return {
    query: query.q,
    mode: query.mode,
    from: query.from,
    to: query.to,
    sources: query.source,
    categories: query.category,
    without: query.without,
    excludedSources: query.excludeSource,
    excludedCategories: query.excludeCategory,
    snapshot: query.snapshot,
  };
}

export function toSearchReply(result: SearchResult): SearchReply {
  return {
    query: result.query,
    mode: result.mode,
    total: result.total,
    collapsed: result.collapsed,
    related: result.related,
    ...(result.relaxed === undefined ? {} : { relaxed: result.relaxed }),
    readAs: result.readAs,
    unknownOperators: [...result.unknownOperators],
    alsoSearched: [...result.alsoSearched],
    ...(result.reranking === undefined ? {} : { reranking: { ...result.reranking } }),
    tookMs: Math.round(result.tookMs * 100) / 100,
    snapshot: result.snapshot,
    hits: result.hits.map(toWireHit),
    facets: { source: [...result.facets.source], category: [...result.facets.category] },
    facetRemainders: result.facetRemainders,
    histogram: {
      interval: result.histogram.interval,
      buckets: [...result.histogram.buckets],
      undated: result.undated,
    },
    notices: [...result.notices],
  };
}

/** ISO 8601 in UTC; empty where unknown. */
export const toIso = (atMs: number | undefined): string => (atMs === undefined ? "" : new Date(atMs).toISOString());

const toWireCopy = ({ id, title, url, source, publishedAtMs }: Copy): WireHit["copies"][number] => ({
  id,
  title,
  url: url ?? "",
  source: source ?? "",
  published: toIso(publishedAtMs),
});

const toPairs = (ranges: Hit["titleHighlights"]): [number, number][] => ranges.map(([start, end]) => [start, end]);

export function toWireHit(hit: Hit): WireHit {
  return {
    ...toWireCopy(hit),
    category: hit.category ?? "",
    score: hit.score,
    titleHighlights: toPairs(hit.titleHighlights),
    snippet: { text: hit.snippet.text, highlights: toPairs(hit.snippet.highlights) },
    bodyLength: hit.bodyLength,
    copies: hit.copies.map(toWireCopy),
    tellings: hit.tellings.map((telling) => ({ ...toWireCopy(telling), match: telling.match })),
    why: { ...hit.why },
    match: hit.match,
  };
}

export function toWireArticle(article: Article): WireArticle {
  return { ...toWireCopy(article), category: article.category ?? "", body: article.body };
}
