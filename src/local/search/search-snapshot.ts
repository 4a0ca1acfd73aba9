import type { EncodedQuery } from "../../archive/encoded-query.ts";
import type { SearchMode, SearchRequest } from "../../archive/request.ts";
import type { SearchFindings, SearchNotice, Why } from "../../archive/result.ts";
import type { Candidates } from "../../search/candidates.ts";
import { COPY_WINDOW, countCollapsed, groupRanking } from "../../search/groups.ts";
import { hasWords } from "../../search/has-words.ts";
import { toHits, toSnippetQuery } from "../../search/hits.ts";
import { findNamed, NAMED_CANDIDATES, type Named } from "../../search/named.ts";
import { type ParsedQuery, parseQuery } from "../../search/query.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import { parseTimeRange } from "../../search/time-range.ts";
import type { Snapshot } from "../read/snapshot.ts";
import { countFacets, countHistogram } from "./count.ts";
import { emptySlices, type RowSlice, sliceOf, slicesIn } from "./filter.ts";
import { findMatches, keywordCeiling, type MatchedPlaces, scoreAt } from "./keyword.ts";
import { type KeywordPlan, planKeywords } from "./keyword-plan.ts";
import { filterPhrases } from "./phrases.ts";
import { rankByKeywords, rankByTime, rankHybrid } from "./rank.ts";
import { RowSpace } from "./row-space.ts";
import type { SearchCaches } from "./search-caches.ts";
import { createCandidates, createContemporaries } from "./segment-candidates.ts";
import { findNearest, keepMatches, measureBackground, type VectorSample } from "./semantic.ts";

/** A search request with all that is known before anything is looked up. */
interface Prepared {
  readonly request: SearchRequest;
  readonly query: ParsedQuery;
  /** The mode that is used: keyword where the query has no vector. */
  readonly mode: SearchMode;
  /** Unit vector of the query; absent where meaning plays no part. */
  readonly vector: Float32Array | undefined;
  readonly timezone: string;
  readonly snapshot: Snapshot;
  readonly space: RowSpace;
  readonly candidates: Candidates;
  readonly caches: SearchCaches;
}

/** What is looked for by meaning, and what is near to it. */
interface Near {
  /** Unit vector; absent where meaning plays no part. */
  readonly vector?: Float32Array | undefined;
  /** Nearest first. */
  readonly places: readonly RankedPlace[];
  /** The article of which the query is the headline. */
  readonly named?: Named | undefined;
}

/** What a search has found before it is ranked. */
interface Found {
  readonly plan: KeywordPlan;
  readonly matches: MatchedPlaces;
  readonly near: Near;
}

export interface SearchInput {
  readonly request: SearchRequest;
  readonly encoded: EncodedQuery;
  readonly snapshot: Snapshot;
  readonly caches: SearchCaches;
  readonly timezone: string;
}

/**
 * One search of one snapshot, synchronous from end to end. Each stage returns what it has found, and what the reader should know
 * of it:
 *
 *     slice by time, mask by source, category, phrase
 *       └─► nearest vectors ─► words: bits and scores ─► matches ─► count ─► rank ─► fold copies ─► hits
 */
export function searchSnapshot(input: SearchInput): SearchFindings {
  const prepared = prepare(input);
  const { request, query, mode, snapshot, space, candidates, timezone, caches } = prepared;
  const plan = planKeywords(query, snapshot);
  const range = findSlices(prepared);
  const near = findNear(prepared, range.slices, mode === "semantic" || plan.rule.takesBest);
  const byWords = mode !== "semantic" || !hasWords(query);
  const matches = findMatches({
    plan,
    snapshot,
    space,
    slices: range.slices,
    near: near.places,
    byWords,
    scratch: caches.scratch,
  });
  const ranking = rank(prepared, { plan, matches, near }, request.offset + request.limit + COPY_WINDOW);
  const stories = request.stories === true ? createContemporaries(space) : undefined;
  const groups = groupRanking(ranking, candidates, { stories });
  const hits = toHits(groups.slice(request.offset, request.offset + request.limit), {
    candidates,
    snippetQuery: toSnippetQuery(query, plan.weights),
    why: createWhy({ matches, near }, candidates),
  });
  return {
    query: query.typed,
    mode,
    notices: [...noticesBefore(prepared, input.encoded), ...range.notices, ...noticesOf(near)],
    total: matches.places.length,
    collapsed: countCollapsed(groups),
    snapshot: snapshot.name,
    hits: isByRelevance(prepared) ? hits : hits.map((hit) => ({ ...hit, score: 0 })),
    facets: countFacets(matches, space, snapshot, request.facetValues),
    histogram: countHistogram(matches, space, timezone, request.interval),
  };
}

function prepare({ request, encoded, snapshot, caches, timezone }: SearchInput): Prepared {
  const space = new RowSpace(snapshot);
  return {
    request,
    query: parseQuery(request.query),
    mode: encoded.notice === undefined ? request.mode : "keyword",
    vector: encoded.vector,
    timezone,
    snapshot,
    space,
    candidates: createCandidates(snapshot, space),
    caches,
  };
}

function noticesBefore({ query }: Prepared, { notice }: EncodedQuery): SearchNotice[] {
  return [...(query.wasCut ? ["query-cut" as const] : []), ...(notice === undefined ? [] : [notice])];
}

const noticesOf = ({ named }: Near): SearchNotice[] => (named === undefined ? [] : ["query-names-article"]);

/** Something was typed, but nothing that could be looked for. Exclusions alone are: they narrow the whole archive. */
const findsNothing = ({ query }: Prepared): boolean =>
  !hasWords(query) && query.exclusions.length === 0 && !query.isEmpty;

/** The rows that the filters leave. */
function findSlices(prepared: Prepared): {
  readonly slices: readonly RowSlice[];
  readonly notices: readonly SearchNotice[];
} {
  const { request, query, timezone, snapshot, space, caches } = prepared;
  if (findsNothing(prepared)) return { slices: emptySlices(space), notices: ["query-has-no-words"] };
  const range = parseTimeRange(request, timezone);
  const allowed = caches.masks.masks(snapshot, request);
  const slices = snapshot.segments.map((segment, index) => ({ ...sliceOf(segment, range), allow: allowed?.[index] }));
  const narrowed = filterPhrases(query, snapshot, space, slices);
  return { slices: narrowed.slices, notices: narrowed.isUnchecked ? ["phrase-unchecked"] : [] };
}

function findNear(prepared: Prepared, slices: readonly RowSlice[], meaningLeads: boolean): Near {
  const { vector, space } = prepared;
  if (vector === undefined) return { places: [] };
  const nearest = findNearest(vector, space, slices);
  const named = findNamedIn(prepared, vector, nearest, slices);
  if (named === undefined) return { vector, places: keepNear(prepared, vector, nearest, meaningLeads) };
  const nearestToNamed = findNearest(named.vector, space, slices);
  return { vector: named.vector, places: keepNear(prepared, named.vector, nearestToNamed, meaningLeads), named };
}

function keepNear(
  prepared: Prepared,
  vector: Float32Array,
  nearest: readonly RankedPlace[],
  meaningLeads: boolean,
): readonly RankedPlace[] {
  if (nearest.length === 0) return [];
  return keepMatches(nearest, measureBackground(vector, sampleOf(prepared)), meaningLeads);
}

const sampleOf = ({ caches, snapshot, space }: Prepared): VectorSample => caches.samples.of(snapshot, space);

/** The article that the query names, wherever it is in the archive: its day may lie outside the range that is asked for. */
function findNamedIn(
  { query, space, candidates }: Prepared,
  vector: Float32Array,
  nearest: readonly RankedPlace[],
  slices: readonly RowSlice[],
): Named | undefined {
  const everything = slicesIn(space);
  const isNarrowed = slices.some(
    ({ from, to, allow }, index) => allow !== undefined || from > 0 || to < (everything[index]?.to ?? 0),
  );
  const nearestOfAll = () => (isNarrowed ? findNearest(vector, space, everything, NAMED_CANDIDATES) : nearest);
  return findNamed({ text: query.text, vector }, nearestOfAll, candidates);
}

/** Sorted by relevance, and something to be relevant for. */
const isByRelevance = ({ request, query }: Prepared): boolean => request.sort === "relevance" && hasWords(query);

function rank(prepared: Prepared, { plan, matches, near }: Found, limit: number): RankedPlace[] {
  const { request, mode, space, candidates } = prepared;
  if (!isByRelevance(prepared))
    return rankByTime(matches, space, request.sort === "oldest" ? "oldest" : "newest", limit);
  if (mode === "semantic") return near.places.slice(0, limit);
  if (near.vector === undefined) return rankByKeywords(matches, space, limit);
  return rankHybrid(
    {
      matches,
      space,
      query: near.vector,
      near: near.places,
      ceiling: keywordCeiling(plan),
      named: near.named,
      candidates,
      typicalCosine: sampleOf(prepared).typicalCosine,
    },
    limit,
  );
}

function createWhy({ matches, near }: Omit<Found, "plan">, candidates: Candidates): (place: number) => Why {
  const cosines = new Map(near.places.map(({ place, score }) => [place, score]));
  const { vector } = near;
  return (place) => {
    const keyword = scoreAt(matches, place);
    const semantic = vector === undefined ? undefined : (cosines.get(place) ?? candidates.cosine(vector, place));
    return { ...(keyword > 0 ? { keyword } : {}), ...(semantic === undefined ? {} : { semantic }) };
  };
}
