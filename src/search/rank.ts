import type { SegmentView } from "../archive/archive.ts";
import { eachSegment } from "./count.ts";
import { type Evidence, FULL_MATCH, fuse, KEYWORD_CANDIDATES } from "./fuse.ts";
import type { MatchedPlaces } from "./keyword.ts";
import type { RowSpace, Scratch } from "./row-space.ts";
import { cosineAt } from "./semantic.ts";
import { compareRanks, type RankedPlace, TopRows } from "./top-rows.ts";

/** The newest matches first (or the oldest), undated ones last in both. */
export function rankByTime(
  matches: MatchedPlaces,
  space: RowSpace,
  order: "newest" | "oldest",
  limit: number,
): RankedPlace[] {
  const sign = order === "newest" ? 1 : -1;
  return pushAll(matches, space, limit, order === "newest", ({ publishedAtMs }, row) => {
    const time = publishedAtMs[row] as number;
    return time === Number.NEGATIVE_INFINITY ? time : sign * time;
  });
}

/** Matches by BM25, the newer first among equals. `skip` leaves places out. */
export function rankByKeywords(
  matches: MatchedPlaces,
  space: RowSpace,
  { scores }: Scratch,
  limit: number,
  skip?: ReadonlySet<number>,
): RankedPlace[] {
  return pushAll(matches, space, limit, true, (_segment, _row, place) =>
    skip?.has(place) === true ? Number.NaN : (scores[place] as number),
  );
}

/** The best `limit` matches by a score, ties by time; NaN leaves a place out. */
function pushAll(
  matches: MatchedPlaces,
  space: RowSpace,
  limit: number,
  fromEnd: boolean,
  scoreOf: (segment: SegmentView, row: number, place: number) => number,
): RankedPlace[] {
  const top = new TopRows(limit);
  eachSegment(matches, space, (segment, base, start, end) => {
    for (let step = start; step < end; step++) {
      const place = matches.places[fromEnd ? end - 1 - (step - start) : step] as number;
      const row = place - base;
      const score = scoreOf(segment, row, place);
      if (!(score >= top.floor)) continue;
      const tieBreak = segment.publishedAtMs[row] as number;
      top.push({ place, score, tieBreak, key: segment.articleKeys[row] as number });
    }
  });
  return top.sorted();
}

export interface HybridInput {
  readonly matches: MatchedPlaces;
  readonly space: RowSpace;
  readonly scratch: Scratch;
  readonly query: Float32Array;
  /** The articles found by meaning, nearest first; their score is the cosine. */
  readonly near: readonly RankedPlace[];
  /** See {@link keywordCeiling}. */
  readonly ceiling: number;
}

/**
 * The first `limit` of a hybrid ranking. The best keyword matches and everything found by meaning are candidates: each gets
 * both scores exactly and is ranked by their sum. The other keyword matches follow in order of BM25. Who is a candidate does
 * not depend on `limit`, so pages of one query never overlap.
 */
export function rankHybrid(input: HybridInput, limit: number): RankedPlace[] {
  const { matches, space, scratch, query, near } = input;
  const byWords = rankByKeywords(matches, space, scratch, KEYWORD_CANDIDATES);
  const cosines = new Map(near.map(({ place, score }) => [place, score]));
  const drafts = [...near, ...byWords.filter(({ place }) => !cosines.has(place))].map((ranked) => {
    const semantic = cosines.get(ranked.place) ?? cosineAt(query, space, ranked.place);
    const evidence: Evidence = { keyword: scratch.scores[ranked.place] as number, semantic };
    return { ranked, evidence };
  });
  const bestKeyword = Math.max(FULL_MATCH * input.ceiling, ...drafts.map(({ evidence }) => evidence.keyword));
  const candidates = drafts
    .map(({ ranked, evidence }) => ({ ...ranked, score: fuse(evidence, bestKeyword) }))
    .sort(compareRanks);
  if (candidates.length >= limit) return candidates.slice(0, limit);
  // The rest ranks behind: its score is that of its words, and never above the last candidate's.
  const ceiling = candidates.at(-1)?.score ?? 0;
  const rest = rankByKeywords(
    matches,
    space,
    scratch,
    limit - candidates.length,
    new Set(candidates.map(({ place }) => place)),
  ).map((ranked) => ({
    ...ranked,
    score: Math.min(ceiling, fuse({ keyword: ranked.score, semantic: 0 }, bestKeyword)),
  }));
  return [...candidates, ...rest];
}
