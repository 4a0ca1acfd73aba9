import type { MatchKind, SearchFindings } from "../../archive/result.ts";
import { countCollapsed, groupRankings } from "../../search/groups.ts";
import { toHits, toSnippetQuery } from "../../search/hits.ts";
import { ClusterContemporaries } from "./contemporaries.ts";
import { readCounts } from "./counts.ts";
import { whenRead } from "./documents.ts";
import { findMatches } from "./find-matches.ts";
import { findMeaning } from "./find-meaning.ts";
import { planWords } from "./plan-words.ts";
import { type PreparedSearch, prepareSearch, type SearchInput } from "./prepared-search.ts";
import { type Found, rankMatches } from "./rank-matches.ts";

/**
 * One search of one snapshot, by the rule of docs/SEARCH.md. The cluster tells what matches, and counts it; ranking and folding are what
 * every engine shares, over the documents of the first few hundred:
 *
 *     frequencies of the terms ─► clauses ─► the nearest ─► matches with counts, the best in part ─► rank ─► fold copies ─► hits
 */
export async function searchSnapshot(input: SearchInput): Promise<SearchFindings> {
  const prepared = await prepareSearch(input);
  const plan = await planWords(prepared);
  const meaning = await findMeaning(prepared, plan);
  const matches = await findMatches(prepared, plan, meaning);
  const found: Found = { plan, meaning, matches };
  const contemporaries = new ClusterContemporaries(prepared.reads);
  const page =
    input.request.ranked === false
      ? UNRANKED
      : await whenRead(() => toPage(prepared, found, contemporaries), [prepared.documents, contemporaries]);
  const { request, query, parts, mode, isUnchecked, isVain } = prepared;
  const { total, relaxation } = matches;
  return {
    query: query.typed,
    readAs: query.readAs,
    unknownOperators: query.unknown,
    mode,
    notices: [
      ...(query.wasCut ? (["query-cut"] as const) : []),
      ...(input.encoded.notice === undefined ? [] : [input.encoded.notice]),
      ...(isVain ? (["query-has-no-words"] as const) : isUnchecked ? (["phrase-unchecked"] as const) : []),
      ...(meaning?.named === undefined ? [] : (["query-names-article"] as const)),
    ],
    total,
    ...page,
    relaxed: relaxation && { held: relaxation.held, wanted: parts.wanted.length },
    snapshot: prepared.reads.name,
    ...readCounts(matches.aggregations, { total, facetValues: request.facetValues, interval: request.interval }),
  };
}

/** What of the findings depends on their order. */
type Page = Pick<SearchFindings, "hits" | "collapsed" | "related">;

const UNRANKED: Page = { hits: [], collapsed: 0, related: 0 };

/** The hits of the page that is asked for: those that match, then those that are related. */
function toPage(prepared: PreparedSearch, found: Found, contemporaries: ClusterContemporaries): Page {
  const { request, query, documents } = prepared;
  const { offset, limit, sort } = request;
  const ranking = rankMatches(prepared, found);
  const { isCounted } = ranking;
  // What is related follows the last match: where matches are left for later pages, it is not reached.
  const isWhole = ranking.counted.length >= found.matches.total;
  const groups = groupRankings({ counted: ranking.counted, related: isWhole ? ranking.related : [] }, documents, {
    stories: request.stories === true ? contemporaries : undefined,
  });
  const kindOf = (place: number): MatchKind => {
    if (!isCounted(place)) return "related";
    return ranking.matchesByWords(place) ? "words" : "meaning";
  };
  const hits = toHits(groups.slice(offset, offset + limit), {
    candidates: documents,
    snippetQuery: toSnippetQuery(query, found.plan.weights),
    why: ranking.why,
    kindOf,
  });
  return {
    hits: hits.map((hit) => (sort === "relevance" && query.text !== "" ? hit : { ...hit, score: 0 })),
    collapsed: countCollapsed(groups, isCounted),
    related: isWhole ? groups.filter(({ ranked }) => !isCounted(ranked.place)).length : ranking.related.length,
  };
}
