import { type FeedbackContext, likeNamed, likeTheBest } from "../../search/feedback.ts";
import { type Evidence, FULL_MATCH, fuse, KEYWORD_CANDIDATES } from "../../search/fuse.ts";
import type { Named } from "../../search/named.ts";
import { type Question, scorePassages } from "../../search/passages.ts";
import { compareRanks, type RankedPlace } from "../../search/ranked.ts";
import { eachSegment } from "./count.ts";
import type { MatchedPlaces } from "./keyword.ts";
import type { RowSpace } from "./row-space.ts";
import { TopRows } from "./top-rows.ts";

/** The places of a result in order: first those that match, which are counted, then those that are related. */
export interface Ranking {
  readonly counted: readonly RankedPlace[];
  readonly related: readonly RankedPlace[];
}

/** The newest matches first (or the oldest), undated ones last in both. */
export function rankByTime(
  matches: MatchedPlaces,
  space: RowSpace,
  order: "newest" | "oldest",
  limit: number,
): RankedPlace[] {
  const sign = order === "newest" ? 1 : -1;
  const top = new TopRows(limit);
  eachSegment(matches, space, ({ publishedAtMs, articleKeys }, base, start, end) => {
    for (let step = start; step < end; step++) {
      // In the order in which few are pushed in vain.
      const place = matches.places[order === "newest" ? end - 1 - (step - start) : step] as number;
      const time = publishedAtMs[place - base] as number;
      const score = time === Number.NEGATIVE_INFINITY ? time : sign * time;
      if (!(score >= top.floor)) continue;
      top.push({ place, score, tieBreak: time, key: articleKeys[place - base] as number });
    }
  });
  return top.sorted();
}

/** A few places by time, as {@link rankByTime} orders them. */
export function sortByTime(ranking: readonly RankedPlace[], order: "newest" | "oldest"): RankedPlace[] {
  const sign = order === "newest" ? 1 : -1;
  return ranking
    .map((ranked) => ({
      ...ranked,
      score: ranked.tieBreak === Number.NEGATIVE_INFINITY ? ranked.tieBreak : sign * ranked.tieBreak,
    }))
    .sort(compareRanks);
}

/** Matches by BM25, the newer first among equals. `skip` leaves places out. */
export function rankByKeywords(
  matches: MatchedPlaces,
  space: RowSpace,
  limit: number,
  skip?: ReadonlySet<number>,
): RankedPlace[] {
  const { places, scores } = matches;
  const top = new TopRows(limit);
  eachSegment(matches, space, ({ publishedAtMs, articleKeys }, base, start, end) => {
    for (let index = end - 1; index >= start; index--) {
      const score = scores[index] as number;
      if (score < top.floor) continue;
      const place = places[index] as number;
      if (skip?.has(place) === true) continue;
      const row = place - base;
      top.push({ place, score, tieBreak: publishedAtMs[row] as number, key: articleKeys[row] as number });
    }
  });
  return top.sorted();
}

export interface HybridInput extends FeedbackContext {
  readonly matches: MatchedPlaces;
  readonly space: RowSpace;
  /** The nearest articles by meaning, nearest first, matching or not. */
  readonly nearest: readonly RankedPlace[];
  /** The best of the articles that hold some of the words, matching or not; score: BM25. */
  readonly partial: readonly RankedPlace[];
  /** Both scores of a place. */
  readonly evidence: (place: number) => Evidence;
  readonly isCounted: (place: number) => boolean;
  /** See {@link keywordCeiling}. */
  readonly ceiling: number;
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
  const { matches, space, candidates: articles } = input;
  const byWords = rankByKeywords(matches, space, KEYWORD_CANDIDATES);
  const drafts = new Map<number, RankedPlace>();
  for (const ranked of [...input.nearest, ...byWords, ...input.partial]) drafts.set(ranked.place, ranked);
  const evidences = [...drafts.values()].map((ranked) => ({ ranked, evidence: input.evidence(ranked.place) }));
  const bestKeyword = Math.max(FULL_MATCH * input.ceiling, ...evidences.map(({ evidence }) => evidence.keyword));
  const fused = evidences
    .map(({ ranked, evidence }) => ({ ...ranked, score: fuse(evidence, bestKeyword) }))
    .sort(compareRanks);
  const split = (ranking: readonly RankedPlace[]): Ranking => ({
    counted: ranking.filter(({ place }) => input.isCounted(place)),
    related: ranking.filter(({ place }) => !input.isCounted(place)),
  });
  const { counted: first, related: second } = split(fused);
  const ordered = [...first, ...second];
  let { counted, related } = split(
    input.named === undefined ? likeTheBest(ordered, input) : likeNamed(ordered, input.named, articles),
  );
  if (input.named === undefined && input.question !== undefined) {
    const scored = scorePassages([...counted, ...related], input.question, articles);
    ({ counted, related } = split(scored.toSorted(compareRanks)));
  }
  if (counted.length >= limit) return { counted: counted.slice(0, limit), related };
  // The rest ranks behind: its score is that of its words, and never above the last candidate's.
  const ceiling = counted.at(-1)?.score ?? 0;
  const rest = rankByKeywords(matches, space, limit - counted.length, new Set(counted.map(({ place }) => place))).map(
    (ranked) => ({
      ...ranked,
      score: Math.min(ceiling, fuse({ keyword: ranked.score, semantic: 0, heldShare: 0 }, bestKeyword)),
    }),
  );
  return { counted: [...counted, ...rest], related };
}

/** Related places behind the last one that matches: their scores are never above its. */
export function putBehind(related: readonly RankedPlace[], counted: readonly RankedPlace[]): RankedPlace[] {
  const ceiling = counted.at(-1)?.score ?? Number.POSITIVE_INFINITY;
  return related.map((ranked) => ({ ...ranked, score: Math.min(ceiling, ranked.score) }));
}
