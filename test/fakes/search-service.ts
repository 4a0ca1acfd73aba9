import type { Article } from "../../src/archive/article.ts";
import type { HistogramInterval, SearchRequest } from "../../src/archive/request.ts";
import type { FacetCount, FacetRemainder, Histogram, Hit, SearchResult } from "../../src/archive/result.ts";
import type { StoredArticle } from "../../src/local/read/snapshot.ts";
import { startOf } from "../../src/search/intervals.ts";
import type { SearchService } from "../../src/search/search.ts";
import { nextStart } from "../../src/text/days.ts";
import { fold } from "../../src/text/fold.ts";

const DAY_MS = 86_400_000;

/**
 * A search service over a list: every word of the query must occur, days are days in UTC, the score is how often the words
 * occur. It records what it was asked.
 */
export interface FakeSearch extends SearchService {
  readonly requests: SearchRequest[];
}

export function createFakeSearch(articles: readonly Article[]): FakeSearch {
  const stored = articles.map((article, key): StoredArticle => ({ ...article, key }));
  const requests: SearchRequest[] = [];
  return {
    requests,
    search: async (request) => {
      requests.push(request);
      return search(stored, request);
    },
    article: async (id) => stored.find((article) => article.id === id),
    similar: async (id, { limit, sameStory }) => {
      const own = stored.find((article) => article.id === id);
      if (own === undefined) return undefined;
      return stored
        .filter((article) => article.id !== id && (sameStory !== true || areTellings(own, article)))
        .map((article) => ({ ...toHit(article, []), why: { semantic: 0.5 } }))
        .slice(0, limit);
    },
    explain: async (id, { query, mode }) => {
      const article = stored.find((candidate) => candidate.id === id);
      if (article === undefined) return undefined;
      const words = query.split(/\s+/).filter((word) => word !== "");
      const sentence = { text: article.body.slice(0, 20), highlights: [], similarity: 0.5 };
      return {
        found: words.filter((word) => has(article, word)).map((text) => ({ text, times: 1 })),
        missing: words.filter((word) => !has(article, word)),
        ...(mode === "keyword" ? { sentences: [] } : { semantic: 0.62, sentences: [sentence] }),
      };
    },
  };
}

function search(articles: readonly StoredArticle[], request: SearchRequest): SearchResult {
  const words = request.query.split(/\s+/).filter((word) => word !== "");
  const matching = articles.filter(
    (article) => isInside(article, request) && words.every((word) => has(article, word)),
  );
  const newestFirst = matching.toSorted((a, b) => (b.publishedAtMs ?? 0) - (a.publishedAtMs ?? 0));
  const sorted = request.sort === "oldest" ? newestFirst.toReversed() : newestFirst;
  return {
    query: request.query,
    mode: request.mode,
    notices: [],
    total: matching.length,
    collapsed: 0,
    tookMs: 0.25,
    snapshot: "fake-1",
    hits: sorted.slice(request.offset, request.offset + request.limit).map((article) => toHit(article, words)),
    related: 0,
    readAs: request.query,
    unknownOperators: [],
    alsoSearched: [],
    facets: {
      source: count(matching, "source").slice(0, request.facetValues ?? 50),
      category: count(matching, "category").slice(0, request.facetValues ?? 50),
    },
    facetRemainders: {
      source: remainderOf(matching, "source", request.facetValues),
      category: remainderOf(matching, "category", request.facetValues),
    },
    histogram: countPeriods(matching, request.interval ?? "month"),
    undated: matching.filter(({ publishedAtMs }) => publishedAtMs === undefined).length,
  };
}

function remainderOf(articles: readonly Article[], facet: "source" | "category", limit = 50): FacetRemainder {
  const unlisted = count(articles, facet).slice(limit);
  return {
    none: articles.filter((article) => (article[facet] ?? "") === "").length,
    values: unlisted.length,
    count: unlisted.reduce((sum, value) => sum + value.count, 0),
  };
}

const STORY_MS = 3 * DAY_MS;

/** Of one category and within three days: near enough for a fake. */
const areTellings = (a: Article, b: Article): boolean =>
  a.category !== undefined &&
  a.category === b.category &&
  Math.abs((a.publishedAtMs ?? Number.NaN) - (b.publishedAtMs ?? Number.NaN)) <= STORY_MS;

const has = ({ title, body }: Article, word: string): boolean => fold(`${title}\n${body}`).includes(fold(word));

function isInside(article: Article, request: SearchRequest): boolean {
  const { from, to, sources, categories, excludedSources, excludedCategories, without = [] } = request;
  const at = article.publishedAtMs ?? Number.NaN;
  if (from !== undefined && !(at >= Date.parse(from))) return false;
  if (to !== undefined && !(at < Date.parse(to) + DAY_MS)) return false;
  if (without.includes("date") && article.publishedAtMs !== undefined) return false;
  const wantedSources = [...sources, ...(without.includes("source") ? [""] : [])];
  const wantedCategories = [...categories, ...(without.includes("category") ? [""] : [])];
  if (wantedSources.length > 0 && !wantedSources.includes(article.source ?? "")) return false;
  if (wantedCategories.length > 0 && !wantedCategories.includes(article.category ?? "")) return false;
  return !excludedSources.includes(article.source ?? "") && !excludedCategories.includes(article.category ?? "");
}

function toHit(article: StoredArticle, words: readonly string[]): Hit {
  const { body, key: _, ...rest } = article;
  const place = (text: string): [number, number][] =>
    words
      .map((word): [number, number] => [text.indexOf(word), text.indexOf(word) + word.length])
      .filter(([start]) => start >= 0)
      .sort(([a], [b]) => a - b)
      .filter(([start], index, all) => index === 0 || start >= (all[index - 1]?.[1] ?? 0));
  const text = body.slice(0, 120);
  return {
    ...rest,
    titleHighlights: place(article.title),
    score: words.length,
    snippet: { text, highlights: place(text) },
    bodyLength: body.length,
    copies: [],
    tellings: [],
    match: "words",
    why: words.length > 0 ? { keyword: words.length, semantic: 0.62 } : {},
  };
}

function count(articles: readonly Article[], field: "source" | "category"): FacetCount[] {
  const groups = Object.groupBy(articles, (article) => article[field] ?? "");
  return Object.entries(groups)
    .filter(([value]) => value !== "")
    .map(([value, members]) => ({ value, count: members?.length ?? 0 }))
    .sort((a, b) => b.count - a.count);
}

/** Counts per month, months between without articles included. */
function countPeriods(articles: readonly Article[], interval: HistogramInterval): Histogram {
  const counts = new Map<string, number>();
  for (const { publishedAtMs } of articles) {
    if (publishedAtMs === undefined) continue;
    const start = startOf(new Date(publishedAtMs).toISOString().slice(0, 10), interval);
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  const starts = [...counts.keys()].sort();
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined) return { interval, buckets: [] };
  const buckets: { start: string; count: number }[] = [];
  for (let start = first; start <= last; start = nextStart(start, interval))
    buckets.push({ start, count: counts.get(start) ?? 0 });
  return { interval, buckets };
}
