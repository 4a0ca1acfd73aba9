import { type FeedbackContext, likeNamed, likeTheBest } from "../../search/feedback.ts";
import { type Evidence, FULL_MATCH, fuse, KEYWORD_CANDIDATES } from "../../search/fuse.ts";
import type { Named } from "../../search/named.ts";
import { compareRanks, type RankedPlace } from "../../search/ranked.ts";
import { eachSegment } from "./count.ts";
import { type MatchedPlaces, scoreAt } from "./keyword.ts";
import type { RowSpace } from "./row-space.ts";
import { TopRows } from "./top-rows.ts";

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
  readonly query: Float32Array;
  /** The articles found by meaning, nearest first; their score is the cosine. */
  readonly near: readonly RankedPlace[];
  /** See {@link keywordCeiling}. */
  readonly ceiling: number;
  /** Where the query is an article's headline. */
  readonly named?: Named | undefined;
}

/**
 * The first `limit` of a hybrid ranking. The best keyword matches and everything found by meaning are candidates: each gets
 * both scores exactly and is ranked by their sum, then by what the best ones say. The other keyword matches follow in order of
 * BM25. Who is a candidate does not depend on `limit`, so pages of one query never overlap.
 */
export function rankHybrid(input: HybridInput, limit: number): RankedPlace[] {
  const { matches, space, query, near, candidates: articles } = input;
  const byWords = rankByKeywords(matches, space, KEYWORD_CANDIDATES);
  const nearPlaces = new Set(near.map(({ place }) => place));
  const drafts: { ranked: RankedPlace; evidence: Evidence }[] = [
    ...near.map((ranked) => ({
      ranked,
      evidence: { keyword: scoreAt(matches, ranked.place), semantic: ranked.score },
    })),
    ...byWords
      .filter(({ place }) => !nearPlaces.has(place))
      .map((ranked) => ({
        ranked,
        evidence: { keyword: ranked.score, semantic: articles.cosine(query, ranked.place) },
      })),
  ];
  const bestKeyword = Math.max(FULL_MATCH * input.ceiling, ...drafts.map(({ evidence }) => evidence.keyword));
  const fused = drafts
    .map(({ ranked, evidence }) => ({ ...ranked, score: fuse(evidence, bestKeyword) }))
    .sort(compareRanks);
  const candidates = input.named === undefined ? likeTheBest(fused, input) : likeNamed(fused, input.named, articles);
  if (candidates.length >= limit) return candidates.slice(0, limit);
  // The rest ranks behind: its score is that of its words, and never above the last candidate's.
  const ceiling = candidates.at(-1)?.score ?? 0;
  const rest = rankByKeywords(
    matches,
    space,
    limit - candidates.length,
    new Set(candidates.map(({ place }) => place)),
  ).map((ranked) => ({
    ...ranked,
    score: Math.min(ceiling, fuse({ keyword: ranked.score, semantic: 0 }, bestKeyword)),
  }));
  return [...candidates, ...rest];
}
