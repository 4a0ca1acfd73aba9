import { COPY_WINDOW } from "../../search/groups.ts";
import type { Clause, FoundHit, FoundHits, RankedSearch } from "../read/snapshot-reads.ts";
import { toCountAggregations } from "./counts.ts";
import { DOCUMENT_FIELDS } from "./documents.ts";
import { type Meaning, toNamedClauses } from "./find-meaning.ts";
import type { Relaxation } from "./found-clause.ts";
import { toScoreClauses, type WordsPlan } from "./plan-words.ts";
import type { PreparedSearch } from "./prepared-search.ts";
import { BY_SCORE, BY_TIME, keepDocuments } from "./ranked-hits.ts";
import { findRelaxation, holdsCompound } from "./relaxation.ts";
import { allOfClauses, anyOfClauses } from "./term-clause.ts";
import { byVector } from "./vector-clause.ts";

/** Matches whose texts are read, to score them exactly; what ranks lower keeps the cluster's order. */
export const SCORED_EXACTLY = 400;

/** Articles with the highest scores that are listed as related though they hold little of the words. */
const BEST_PARTIAL = 100;

/** What matches within the filters, and what holds some of the words. */
export interface Matches {
  readonly total: number;
  /** The first of the matches, in the order that is asked for: as many as ranking reads. */
  readonly hits: readonly FoundHit[];
  /** Holding some of the words, and no match. */
  readonly partial: readonly FoundHit[];
  readonly aggregations: FoundHits["aggregations"];
  readonly relaxation: Relaxation | undefined;
}

/** By time, where that is asked for or there is nothing to be relevant for. */
export const timeOrderOf = ({ request, query }: PreparedSearch): "newest" | "oldest" | undefined => {
  if (request.sort === "oldest") return "oldest";
  return request.sort === "newest" || query.text === "" ? "newest" : undefined;
};

/** Where no article of the whole archive holds all words, what can be had is wanted instead. */
export async function findMatches(
  prepared: PreparedSearch,
  plan: WordsPlan,
  meaning: Meaning | undefined,
): Promise<Matches> {
  const found = await searchMatches(prepared, plan, meaning);
  const { parts, facts, nodes, reads, isVain, mode } = prepared;
  const mayBeRelaxed = parts.wanted.length > 1 || parts.wanted.some(holdsCompound);
  const isAlone = mode === "semantic" && meaning !== undefined;
  if (isVain || isAlone || !mayBeRelaxed || (await countByWords(prepared, plan, { found, meaning })) > 0) return found;
  const relaxing = facts.relaxations.getOrMake(JSON.stringify(parts.wanted), () =>
    findRelaxation(parts.wanted, nodes, reads),
  );
  const relaxation = await relaxing.catch((error: unknown) => {
    facts.relaxations.delete(JSON.stringify(parts.wanted));
    throw error;
  });
  if (relaxation === undefined) return found;
  const relaxed = await searchMatches(prepared, { ...plan, match: relaxation.clause }, meaning);
  return { ...relaxed, relaxation };
}

/** How many match by words, whatever meaning says. */
async function countByWords(
  { filteredReads, filters }: PreparedSearch,
  { match }: WordsPlan,
  { found, meaning }: { readonly found: Matches; readonly meaning: Meaning | undefined },
): Promise<number> {
  if (meaning === undefined || found.total === 0) return found.total;
  const query = allOfClauses([...filters, match]);
  return (await filteredReads.search({ query, size: 0, track_total_hits: true })).total;
}

async function searchMatches(
  prepared: PreparedSearch,
  plan: WordsPlan,
  meaning: Meaning | undefined,
): Promise<Matches> {
  const { request, filters, filteredReads, documents, mode } = prepared;
  const match = toMatchClause(plan, meaning, mode === "semantic");
  const order = timeOrderOf(prepared);
  const size = Math.max(order === undefined ? SCORED_EXACTLY : 0, request.offset + request.limit + COPY_WINDOW);
  const isFewEnough = size <= SCORED_EXACTLY;
  const isByVector = order === undefined && mode === "semantic" && meaning !== undefined;
  const query = allOfClauses([...filters, match]);
  const main: RankedSearch = {
    ranksTerms: order === undefined && !isByVector,
    query: isByVector ? byVector(meaning.vector, query) : toScored(query, plan),
    size,
    track_total_hits: false,
    _source: isFewEnough ? DOCUMENT_FIELDS : false,
    sort: order === undefined ? BY_SCORE : BY_TIME[order],
  };
  const counts = { track_total_hits: true, aggs: toCountAggregations(request.interval) };
  // What is ranked by terms is asked of every index: where the filters leave some of them alone, these count apart.
  const countsApart = main.ranksTerms === true && filteredReads.isNarrowed;
  const partial = plan.partial !== undefined && mode !== "semantic" ? toPartialBody(prepared, plan, match) : undefined;
  const found = await filteredReads.searchAll([
    countsApart ? main : { ...main, ...counts },
    ...(countsApart ? [{ query, size: 0, ...counts }] : []),
    ...(partial === undefined ? [] : [partial]),
  ]);
  const { hits } = found[0] as FoundHits;
  const { total, aggregations } = found[countsApart ? 1 : 0] as FoundHits;
  const some = partial === undefined ? undefined : found.at(-1);
  const listed = some !== undefined && (plan.isText || total < BEST_PARTIAL) ? some.hits : [];
  keepDocuments([...hits, ...listed], documents);
  return { total, hits, partial: listed, aggregations, relaxation: undefined };
}

/** Named clauses tell what a hit meets, and add nothing to its score. */
const withoutScore = (clause: Clause): Clause => ({ constant_score: { filter: clause, boost: 0 } });

/** BM25 of the words alone, over what a query finds. */
const toScored = (query: Clause, plan: WordsPlan): Clause => ({
  bool: { filter: [query], should: [...toScoreClauses(plan), ...toNamedClauses(plan).map(withoutScore)] },
});

const toPartialBody = ({ filters }: PreparedSearch, plan: WordsPlan, match: Clause): RankedSearch => ({
  ranksTerms: true,
  query: {
    bool: {
      filter: [...filters, ...(plan.partial === undefined ? [] : [plan.partial])],
      must_not: [match],
      should: toScoreClauses(plan),
    },
  },
  size: BEST_PARTIAL,
  track_total_hits: false,
  _source: DOCUMENT_FIELDS,
  sort: BY_SCORE,
});

/** What matches by words or by meaning: near in meaning it matches surely, or where it holds some of a text as well. */
function toMatchClause(plan: WordsPlan, meaning: Meaning | undefined, isByMeaningAlone: boolean): Clause {
  if (meaning === undefined) return plan.match;
  if (isByMeaningAlone) return meaning.near;
  const nearAndSome = plan.isText && plan.partial !== undefined ? [allOfClauses([meaning.near, plan.partial])] : [];
  return anyOfClauses([plan.match, meaning.sure, ...nearAndSome]);
}
