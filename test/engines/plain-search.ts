import type { EncodedQuery } from "../../src/archive/encoded-query.ts";
import type { SearchMode, SearchRequest, SimilarOptions } from "../../src/archive/request.ts";
import type { Hit, SearchFindings, SearchNotice } from "../../src/archive/result.ts";
import type { Candidates, Contemporaries } from "../../src/search/candidates.ts";
import { countCollapsed, groupRanking, toSingleGroup } from "../../src/search/groups.ts";
import { toHits, toSnippetQuery } from "../../src/search/hits.ts";
import { parseQuery } from "../../src/search/query.ts";
import { compareRanks, type RankedPlace } from "../../src/search/ranked.ts";
import { STORY_MS } from "../../src/search/stories.ts";
import { dotProduct } from "../../src/search/unit-vectors.ts";
import { createHighlighter } from "../../src/text/highlights.ts";
import { hasWords } from "./has-words.ts";
import { countFacet, countHistogram, countRemainder } from "./plain-counts.ts";
import { isInside, isMatch, lookAt, NEAR, type Seen } from "./plain-match.ts";
import type { PlainArticle, PlainSnapshot } from "./plain-store.ts";

/** Looks at every article of a snapshot. */
export function findPlainly(
  snapshot: PlainSnapshot,
  request: SearchRequest,
  encoded: EncodedQuery,
  timezone: string,
): SearchFindings {
  const query = parseQuery(request.query);
  const mode: SearchMode = encoded.notice === undefined ? request.mode : "keyword";
  const isVain = query.readAs === "" && !query.isEmpty;
  const seen = [...snapshot.articles.values()]
    .filter((stored) => !isVain && isInside(stored, request, query, timezone))
    .map((stored) => lookAt(stored, query, encoded.vector));
  const matches = seen.filter((one) => isMatch(one, query, mode, timezone));
  const isRelevant = request.sort === "relevance" && hasWords(query);
  const ranking = rank(matches, isRelevant ? mode : request.sort === "oldest" ? "oldest" : "newest");
  const candidates = toCandidates(matches);
  const stories = request.stories === true ? toContemporaries([...snapshot.articles.values()]) : undefined;
  const groups = request.ranked === false ? [] : groupRanking(ranking, candidates, { stories });
  const page = groups.slice(request.offset, request.offset + request.limit);
  const stored = matches.map((match) => match.stored);
  const notices: SearchNotice[] = [];
  if (query.wasCut) notices.push("query-cut");
  if (encoded.notice !== undefined) notices.push(encoded.notice);
  if (isVain) notices.push("query-has-no-words");
  return {
    query: query.typed,
    mode,
    notices,
    total: matches.length,
    collapsed: countCollapsed(groups),
    related: 0,
    readAs: query.readAs,
    unknownOperators: query.unknown,
    snapshot: snapshot.name,
    hits: toHits(page, {
      candidates,
      snippetQuery: toSnippetQuery(query, new Map()),
      why: (place) => toWhy(matches[place], mode),
      kindOf: (place) => ((matches[place]?.byWords ?? 0) > 0 || !hasWords(query) ? "words" : "meaning"),
    }).map((hit) => (isRelevant ? hit : { ...hit, score: 0 })),
    facets: {
      source: countFacet(stored, ({ source }) => source, request.facetValues),
      category: countFacet(stored, ({ category }) => category, request.facetValues),
    },
    facetRemainders: {
      source: countRemainder(stored, ({ source }) => source, request.facetValues),
      category: countRemainder(stored, ({ category }) => category, request.facetValues),
    },
    histogram: countHistogram(stored, timezone, request.interval),
    undated: stored.filter(({ article }) => article.publishedAtMs === undefined).length,
  };
}

function rank(matches: readonly Seen[], by: SearchMode | "newest" | "oldest"): RankedPlace[] {
  const most = Math.max(1, ...matches.map(({ byWords }) => byWords));
  const scoreOf = ({ byWords, cosine = 0 }: Seen): number =>
    by === "keyword" ? byWords : by === "semantic" ? cosine : byWords / most + cosine;
  const places = matches.map((one, place): RankedPlace => {
    const time = one.stored.article.publishedAtMs ?? Number.NEGATIVE_INFINITY;
    const isDated = by === "newest" || by === "oldest";
    const score = by === "oldest" ? (time === Number.NEGATIVE_INFINITY ? time : -time) : isDated ? time : scoreOf(one);
    return { place, score, tieBreak: isDated ? 0 : time, key: one.stored.key };
  });
  return places.sort(compareRanks);
}

function toWhy(seen: Seen | undefined, mode: SearchMode): Hit["why"] {
  const { byWords = 0, cosine } = seen ?? {};
  return {
    ...(byWords > 0 && mode !== "semantic" && { keyword: byWords }),
    ...(cosine !== undefined && mode !== "keyword" && { semantic: cosine }),
  };
}

const toCandidates = (articles: readonly { readonly stored: PlainArticle }[]): Candidates => ({
  vector: (place) => articles[place]?.stored.vector,
  cosine: (query, place) => {
    const vector = articles[place]?.stored.vector;
    return vector && dotProduct(query, vector);
  },
  publishedAtMs: (place) => articles[place]?.stored.article.publishedAtMs ?? Number.NEGATIVE_INFINITY,
  article: (place) => articles[place]?.stored.article,
});

function toContemporaries(articles: readonly PlainArticle[]): Contemporaries {
  const apart = ({ article }: PlainArticle, instantMs: number): number =>
    Math.abs((article.publishedAtMs ?? Number.POSITIVE_INFINITY) - instantMs);
  return {
    countAround: (instantMs, spanMs) => articles.filter((one) => apart(one, instantMs) <= spanMs).length,
    cosinesAround: (vector, instantMs, count) =>
      articles
        .filter((one) => Number.isFinite(apart(one, instantMs)))
        .sort((a, b) => apart(a, instantMs) - apart(b, instantMs))
        .slice(0, count)
        .flatMap((one) => (one.vector === undefined ? [] : [dotProduct(vector, one.vector)])),
  };
}

/** The articles nearest to one, without it and its copies; with `sameStory` those of the same days. */
export function findSimilarPlainly(
  articles: ReadonlyMap<string, PlainArticle>,
  own: PlainArticle,
  { limit, sameStory = false }: SimilarOptions,
): Hit[] {
  const { vector } = own;
  if (vector === undefined) return [];
  const ownTime = own.article.publishedAtMs ?? Number.NaN;
  const all = [own, ...[...articles.values()].filter((one) => one !== own)];
  const ranking = all.flatMap((one, place): RankedPlace[] => {
    if (one.vector === undefined) return [];
    const score = dotProduct(vector, one.vector);
    const time = one.article.publishedAtMs ?? Number.NEGATIVE_INFINITY;
    if (score < NEAR || (sameStory && !(Math.abs(time - ownTime) <= STORY_MS))) return [];
    return [{ place, score: place === 0 ? Number.POSITIVE_INFINITY : score, tieBreak: time, key: one.key }];
  });
  ranking.sort(compareRanks);
  const candidates = toCandidates(all.map((stored) => ({ stored })));
  const groups = sameStory ? ranking.map(toSingleGroup) : groupRanking(ranking, candidates);
  return toHits(groups.filter(({ ranked }) => ranked.place !== 0).slice(0, limit), {
    candidates,
    snippetQuery: { weights: new Map(), highlighter: createHighlighter([]) },
    kindOf: () => "meaning",
    why: (place) => ({ semantic: ranking.find((ranked) => ranked.place === place)?.score ?? 0 }),
  });
}
