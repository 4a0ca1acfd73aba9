import type { EncodedQuery } from "../../archive/encoded-query.ts";
import type { SearchRequest } from "../../archive/request.ts";
import type { Hit, MatchKind, SearchFindings, SearchNotice, Why } from "../../archive/result.ts";
import type { Candidates } from "../../search/candidates.ts";
import { COPY_WINDOW, countCollapsed, type Group, groupRankings } from "../../search/groups.ts";
import { toHits, toSnippetQuery } from "../../search/hits.ts";
import { splitQuery } from "../../search/matching/query-parts.ts";
import type { Named } from "../../search/named.ts";
import { parseQuery } from "../../search/query.ts";
import type { Snapshot } from "../read/snapshot.ts";
import { isAmong } from "./ascending.ts";
import { countFacets, countHistogram, countUndated } from "./count.ts";
import { emptySlices, filterSlices, type RowSlice } from "./filter.ts";
import { findMeaning } from "./find-meaning.ts";
import { findWords } from "./find-words.ts";
import type { SearchSharing } from "./parts/do-parts.ts";
import type { PreparedSearch } from "./prepared-search.ts";
import { type Found, rankFindings } from "./rank-findings.ts";
import { RowSets } from "./row-sets.ts";
import { RowSpace } from "./row-space.ts";
import type { SearchCaches } from "./search-caches.ts";
import { createCandidates, createContemporaries } from "./segment-candidates.ts";
import { TermLookup } from "./term-lookup.ts";

export interface SearchInput {
  readonly request: SearchRequest;
  readonly encoded: EncodedQuery;
  readonly snapshot: Snapshot;
  readonly caches: SearchCaches;
  readonly timezone: string;
  /** Where parts of it can be handed out to threads that are free. */
  readonly sharing: SearchSharing;
}

/**
 * One search of one snapshot, synchronous from end to end. Each stage returns what it has found, and what the reader should know
 * of it:
 *
 *     slice by time, mask by source, category, phrase
 *       └─► meaning: near, nearest ─► words: bits and scores ─► matches ─► count ─► rank ─► fold copies ─► hits
 */
export function searchSnapshot(input: SearchInput): SearchFindings {
  const prepared = prepare(input);
  const { request, query, mode, snapshot, space, timezone } = prepared;
  const range = findSlices(prepared);
  const meaning = findMeaning(prepared, range.slices);
  const words = findWords(prepared, range.slices, meaning);
  const { matches } = words;
  const page = request.ranked === false ? UNRANKED : toPage(prepared, { meaning, words });
  return {
    query: query.typed,
    readAs: query.readAs,
    unknownOperators: query.unknown,
    mode,
    notices: [
      ...(query.wasCut ? ["query-cut" as const] : []),
      ...(input.encoded.notice === undefined ? [] : [input.encoded.notice]),
      ...range.notices,
      ...noticesOf(meaning.named),
    ],
    total: matches.places.length,
    ...page,
    relaxed: words.relaxed,
    snapshot: snapshot.name,
    ...countFacets(matches, space, snapshot, request.facetValues),
    histogram: countHistogram(matches, space, timezone, request.interval),
    undated: countUndated(matches, space),
  };
}

function prepare({ request, encoded, snapshot, caches, timezone, sharing }: SearchInput): PreparedSearch {
  const space = new RowSpace(snapshot);
  const query = parseQuery(request.query);
  const lookup = new TermLookup(snapshot);
  return {
    request,
    query,
    headline: encoded.asked ?? query.text,
    parts: splitQuery(query.tree),
    mode: encoded.notice === undefined ? request.mode : "keyword",
    vector: encoded.vector,
    timezone,
    snapshot,
    space,
    lookup,
    sets: new RowSets({ snapshot, space, lookup, leaves: caches.leaves, timezone, sharing }),
    candidates: createCandidates(snapshot, space, sharing),
    caches,
    sharing,
  };
}

const noticesOf = (named: Named | undefined): SearchNotice[] => (named === undefined ? [] : ["query-names-article"]);

/** The rows that the filters leave. */
function findSlices(prepared: PreparedSearch): {
  readonly slices: readonly RowSlice[];
  readonly notices: readonly SearchNotice[];
} {
  const { request, query, parts, timezone, snapshot, space, sets, caches } = prepared;
  // Something was typed, but nothing that could be looked for.
  if (query.readAs === "" && !query.isEmpty) return { slices: emptySlices(space), notices: ["query-has-no-words"] };
  const { slices, isUnchecked } = sets.narrow(
    parts.filters,
    filterSlices(snapshot, [request, query.filters], timezone, caches.masks),
  );
  return { slices, notices: isUnchecked ? ["phrase-unchecked"] : [] };
}

/** What of the findings depends on their order. */
type Page = Pick<SearchFindings, "hits" | "collapsed" | "related">;

const UNRANKED: Page = { hits: [], collapsed: 0, related: 0 };

/** Puts what was found in order and folds it: the page that is asked for, of those that match, then those that are related. */
function toPage(prepared: PreparedSearch, found: Found): Page {
  const { request, space, candidates } = prepared;
  const { matches } = found.words;
  const ranking = rankFindings(prepared, found, request.offset + request.limit + COPY_WINDOW);
  const isCounted = (place: number): boolean => isAmong(matches.places, place);
  // What is related follows the last match: where matches are left for later pages, it is not reached.
  const isWhole = ranking.counted.length === matches.places.length;
  const groups = groupRankings({ ...ranking, related: isWhole ? ranking.related : [] }, candidates, {
    stories: request.stories === true ? createContemporaries(space) : undefined,
  });
  return {
    collapsed: countCollapsed(groups, isCounted),
    // Where it is not reached, nothing of it is folded.
    related: isWhole ? countRelated(groups, matches.places) : ranking.related.length,
    hits: readHits(prepared, found, groups),
  };
}

function countRelated(groups: readonly Group[], matching: Uint32Array): number {
  let related = 0;
  for (const { ranked } of groups) if (!isAmong(matching, ranked.place)) related++;
  return related;
}

function readHits(prepared: PreparedSearch, found: Found, groups: readonly Group[]): Hit[] {
  const { request, query, candidates } = prepared;
  const { offset, limit, sort } = request;
  const { matches, weights } = found.words;
  const kindOf = (place: number): MatchKind => {
    if (!isAmong(matches.places, place)) return "related";
    return found.words.matchesByWords(place) ? "words" : "meaning";
  };
  return toHits(groups.slice(offset, offset + limit), {
    candidates,
    snippetQuery: toSnippetQuery(query, weights),
    why: createWhy(found, candidates),
    kindOf,
  }).map((hit) => (sort === "relevance" && query.text !== "" ? hit : { ...hit, score: 0 }));
}

function createWhy({ meaning, words }: Found, candidates: Candidates): (place: number) => Why {
  const { vector, cosines } = meaning;
  return (place) => {
    const keyword = words.keywordScore(place);
    const semantic = vector === undefined ? undefined : (cosines.get(place) ?? candidates.cosine(vector, place));
    return { ...(keyword > 0 ? { keyword } : {}), ...(semantic === undefined ? {} : { semantic }) };
  };
}
