import type { Why } from "../../archive/result.ts";
import { backgroundFor, KEYWORD_CANDIDATES } from "../../search/fuse.ts";
import { asksQuestion } from "../../search/passages.ts";
import { putBehind, type Ranking, rankHybrid } from "../../search/rank-hybrid.ts";
import { compareRanks, type RankedPlace } from "../../search/ranked.ts";
import { sortByTime } from "../../search/sort-by-time.ts";
import { type Matches, SCORED_EXACTLY, timeOrderOf } from "./find-matches.ts";
import type { Meaning, NearestArticle } from "./find-meaning.ts";
import type { WordsPlan } from "./plan-words.ts";
import type { PreparedSearch } from "./prepared-search.ts";
import { toRanked, toTimed } from "./ranked-hits.ts";
import { createWordScorer, keywordCeiling } from "./score-words.ts";
import { toCosine } from "./vector-clause.ts";

/** What a search has found before it is ranked. */
export interface Found {
  readonly plan: WordsPlan;
  readonly meaning: Meaning | undefined;
  readonly matches: Matches;
}

/** The order of what was found, and what is known of each article. */
export interface RankedMatches extends Ranking {
  readonly isCounted: (place: number) => boolean;
  readonly matchesByWords: (place: number) => boolean;
  readonly why: (place: number) => Why;
}

/** Puts what was found in order; asks for documents that are not read yet, and is then called again. */
export function rankMatches(prepared: PreparedSearch, found: Found): RankedMatches {
  const { meaning, matches } = found;
  const isOfMeaning = prepared.mode === "semantic" && meaning !== undefined;
  const byWords = new Set(
    [...matches.hits]
      .filter(({ matched_queries = [] }) => matched_queries.includes("words"))
      .map(({ sort = [] }) => Number(sort.at(-1))),
  );
  for (const { ranked, held } of meaning?.nearest ?? []) if (held.has("words")) byWords.add(ranked.place);
  const counted = new Set(matches.hits.map(({ sort = [] }) => Number(sort.at(-1))));
  for (const article of meaning?.nearest ?? [])
    if (isMatch(article, found, isOfMeaning)) counted.add(article.ranked.place);
  const keywordScore = createKeywordScore(prepared, found);
  const cosines = new Map((meaning?.nearest ?? []).map(({ ranked }) => [ranked.place, ranked.score]));
  const semantic = (place: number): number | undefined =>
    meaning && (cosines.get(place) ?? prepared.documents.cosine(meaning.vector, place));
  const isCounted = (place: number): boolean => counted.has(place);
  return {
    ...rankInOrder(prepared, found, { isCounted, keywordScore, semantic, byWords }),
    isCounted,
    matchesByWords: (place) => !isOfMeaning && (meaning === undefined || byWords.has(place)),
    why: (place) => {
      const keyword = isOfMeaning ? 0 : keywordScore(place);
      const cosine = semantic(place);
      return { ...(keyword > 0 && { keyword }), ...(cosine !== undefined && { semantic: cosine }) };
    },
  };
}

/** Whether one of the nearest is among the matches, of which only the first were read. */
function isMatch(
  { codeScore, held }: NearestArticle,
  { meaning, plan, matches }: Found,
  isOfMeaning: boolean,
): boolean {
  if (meaning === undefined) return false;
  if (isOfMeaning) return codeScore >= meaning.floor;
  if (codeScore >= meaning.sureScore) return true;
  // What is held where words are relaxed is told by the matches themselves.
  if (held.has("words") && matches.relaxation === undefined) return true;
  return plan.isText && codeScore >= meaning.floor && held.has("partial");
}

function createKeywordScore({ terms, documents }: PreparedSearch, { plan }: Found): (place: number) => number {
  const score = createWordScorer(plan.scored, terms.averageLength);
  return (place) => {
    const article = documents.article(place);
    if (article === undefined) return 0;
    const known = documents.scores.get(place) ?? score(article);
    documents.scores.set(place, known);
    return known;
  };
}

interface Knowing {
  readonly isCounted: (place: number) => boolean;
  readonly keywordScore: (place: number) => number;
  readonly semantic: (place: number) => number | undefined;
  readonly byWords: ReadonlySet<number>;
}

function rankInOrder(prepared: PreparedSearch, found: Found, knowing: Knowing): Ranking {
  const { request, query, mode } = prepared;
  const { matches, meaning } = found;
  const order = timeOrderOf(prepared);
  const timed = order === undefined ? [] : matches.hits.map((hit) => toTimed(hit, order));
  if (query.text === "") return { counted: timed, related: [] };
  const isOfMeaning = mode === "semantic" && meaning !== undefined;
  const ranking = isOfMeaning
    ? rankByMeaning(found, knowing)
    : meaning === undefined
      ? rankByWords(found, knowing, order !== undefined)
      : rankByBoth(prepared, { found, meaning, knowing, isByTime: order !== undefined });
  if (order !== undefined) return { counted: timed, related: sortByTime(ranking.related, order) };
  const most = request.offset + request.limit + SCORED_EXACTLY;
  return { counted: ranking.counted.slice(0, most), related: putBehind(ranking.related, ranking.counted) };
}

/** The first matches by their exact BM25, the others in the cluster's order behind them. */
function toExactOrder({ matches }: Found, { keywordScore }: Knowing): RankedPlace[] {
  const ranked = matches.hits.map(toRanked);
  const exact = ranked
    .slice(0, SCORED_EXACTLY)
    .map((one) => ({ ...one, score: keywordScore(one.place) }))
    .sort(compareRanks);
  const ceiling = exact.at(-1)?.score ?? 0;
  return [...exact, ...ranked.slice(SCORED_EXACTLY).map((one) => ({ ...one, score: Math.min(ceiling, one.score) }))];
}

/** What holds some of the words, best first. */
const toPartial = ({ matches }: Found, { keywordScore }: Knowing): RankedPlace[] =>
  matches.partial
    .map(toRanked)
    .map((ranked) => ({ ...ranked, score: keywordScore(ranked.place) }))
    .sort(compareRanks);

const rankByWords = (found: Found, knowing: Knowing, isByTime: boolean): Ranking => ({
  counted: isByTime ? [] : toExactOrder(found, knowing),
  related: toPartial(found, knowing),
});

/** The nearest that match, then those that match and are not among the nearest. */
function rankByMeaning({ matches, meaning }: Found, { isCounted }: Knowing): Ranking {
  const nearest = (meaning?.nearest ?? []).map(({ ranked }) => ranked);
  const first = nearest.filter(({ place }) => isCounted(place));
  const known = new Set(first.map(({ place }) => place));
  const ceiling = first.at(-1)?.score ?? 1;
  const rest = matches.hits
    .map(toRanked)
    .filter(({ place }) => !known.has(place))
    .map((ranked) => ({ ...ranked, score: Math.min(ceiling, toCosine(ranked.score)) }));
  return { counted: [...first, ...rest], related: nearest.filter(({ place }) => !isCounted(place)) };
}

interface BothInput {
  readonly found: Found;
  readonly meaning: Meaning;
  readonly knowing: Knowing;
  readonly isByTime: boolean;
}

function rankByBoth(prepared: PreparedSearch, { found, meaning, knowing, isByTime }: BothInput): Ranking {
  const { query, documents } = prepared;
  const { plan, matches } = found;
  const { isCounted, keywordScore, semantic, byWords } = knowing;
  const wantedCount = plan.wanted.length;
  const heldOf = new Map(meaning.nearest.map(({ ranked, held }) => [ranked.place, held]));
  const heldShare = (place: number): number => {
    if (wantedCount < 2) return 0;
    const held = heldOf.get(place);
    if (held !== undefined) return plan.wanted.filter((_, index) => held.has(`part ${index}`)).length / wantedCount;
    return byWords.has(place) ? (matches.relaxation?.held ?? wantedCount) / wantedCount : 0;
  };
  const ordered = isByTime ? [] : toExactOrder(found, knowing);
  return rankHybrid(
    {
      headline: prepared.headline,
      byWords: ordered.slice(0, KEYWORD_CANDIDATES),
      rest: (most, skip) => ordered.filter(({ place }) => !skip.has(place)).slice(0, most),
      nearest: meaning.nearest.map(({ ranked }) => ranked),
      partial: toPartial(found, knowing),
      evidence: (place) => ({
        keyword: keywordScore(place),
        semantic: semantic(place),
        heldShare: heldShare(place),
      }),
      isCounted,
      ceiling: keywordCeiling(plan.scored),
      background: backgroundFor(prepared.encoderFingerprint, meaning.background),
      named: meaning.named,
      question: plan.isText && asksQuestion(query.text) ? { text: query.text, weights: plan.weights } : undefined,
      candidates: documents,
      typicalCosine: meaning.sample.typicalCosine,
    },
    isByTime ? 0 : prepared.request.offset + prepared.request.limit + SCORED_EXACTLY,
  );
}
