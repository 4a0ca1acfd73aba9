import { type FeedbackContext, likeNamed, likeTheBest } from "./feedback.ts";
import { type Evidence, fullKeyword, fuse } from "./fuse.ts";
import { findTitled, type Named } from "./named.ts";
import type { Background } from "./nearness.ts";
import { type Question, scorePassages } from "./passages.ts";
import { compareRanks, type RankedPlace } from "./ranked.ts";

/** The places of a result in order: first those that match, which are counted, then those that are related. */
export interface Ranking {
  readonly counted: readonly RankedPlace[];
  readonly related: readonly RankedPlace[];
}

export interface HybridInput extends FeedbackContext {
  /** What may be the headline of an article. */
  readonly headline: string;
  /** The best of those that match by BM25, up to {@link KEYWORD_CANDIDATES}, best first. */
  readonly byWords: readonly RankedPlace[];
  /** The next best of those that match by BM25, without those that are ranked already. */
  readonly rest: (limit: number, skip: ReadonlySet<number>) => readonly RankedPlace[];
  /** The nearest articles by meaning, nearest first, matching or not. */
  readonly nearest: readonly RankedPlace[];
  /** The best of the articles that hold some of the words, matching or not; score: BM25. */
  readonly partial: readonly RankedPlace[];
  /** Both scores of a place. */
  readonly evidence: (place: number) => Evidence;
  readonly isCounted: (place: number) => boolean;
  /** What BM25 approaches in an article that repeats every term of the query without end. */
  readonly ceiling: number;
  /** By what cosines are counted; undefined: as they are. */
  readonly background?: Background | undefined;
  /** Where the query is an article's headline. */
  readonly named?: Named | undefined;
  /** Where the query is a question. */
  readonly question?: Question | undefined;
}

/**
 * A hybrid ranking: the first `limit` of those that match, and all that are related. The best keyword matches and the nearest by meaning
 * are candidates: each gets both scores exactly and is ranked by their sum, then by what the best ones say. The other matches follow in
 * order of BM25. Who is a candidate does not depend on `limit`, so pages of one query never overlap.
 */
export function rankHybrid(input: HybridInput, limit: number): Ranking {
  const { byWords, candidates: articles } = input;
  const drafts = new Map<number, RankedPlace>();
  for (const list of [input.nearest, byWords, input.partial])
    for (const ranked of list) drafts.set(ranked.place, ranked);
  const evidences: Evidence[] = [];
  let bestKeyword = 0;
  for (const place of drafts.keys()) {
    const evidence = input.evidence(place);
    evidences.push(evidence);
    bestKeyword = Math.max(bestKeyword, evidence.keyword);
  }
  const scale = { fullKeyword: fullKeyword(bestKeyword, input.ceiling), background: input.background };
  const fused: RankedPlace[] = [];
  for (const { place, tieBreak, key } of drafts.values())
    fused.push({ place, score: fuse(evidences[fused.length] as Evidence, scale), tieBreak, key });
  fused.sort(compareRanks);
  const { counted: first, related: second } = split(fused, input);
  const ordered = [...first, ...second];
  const named = input.named ?? findTitled(input.headline, byWords, articles);
  let { counted, related } = split(
    named === undefined ? likeTheBest(ordered, input) : likeNamed(ordered, named, articles),
    input,
  );
  if (named === undefined && input.question !== undefined) {
    const scored = scorePassages([...counted, ...related], input.question, articles);
    ({ counted, related } = split(scored.toSorted(compareRanks), input));
  }
  if (counted.length >= limit) return { counted: counted.slice(0, limit), related };
  // The rest ranks behind: its score is that of its words, and never above the last candidate's.
  const ceiling = counted.at(-1)?.score ?? 0;
  const rest = input.rest(limit - counted.length, new Set(counted.map(({ place }) => place))).map((ranked) => ({
    ...ranked,
    score: Math.min(ceiling, fuse({ keyword: ranked.score, semantic: undefined, heldShare: 0 }, scale)),
  }));
  return { counted: [...counted, ...rest], related };
}

/** Those of a ranking that match, and those that are related. */
function split(ranking: readonly RankedPlace[], { isCounted }: Pick<HybridInput, "isCounted">): Ranking {
  const counted: RankedPlace[] = [];
  const related: RankedPlace[] = [];
  for (const ranked of ranking) (isCounted(ranked.place) ? counted : related).push(ranked);
  return { counted, related };
}

/** Related places behind the last one that matches: their scores are never above its. */
export function putBehind(related: readonly RankedPlace[], counted: readonly RankedPlace[]): RankedPlace[] {
  const ceiling = counted.at(-1)?.score ?? Number.POSITIVE_INFINITY;
  const behind: RankedPlace[] = [];
  for (const { place, score, tieBreak, key } of related)
    behind.push({ place, score: Math.min(ceiling, score), tieBreak, key });
  return behind;
}
