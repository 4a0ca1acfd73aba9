import { compareRanks, type RankedPlace } from "./ranked.ts";

/** A few places by time: the newest first or the oldest, undated ones last in both. */
export function sortByTime(ranking: readonly RankedPlace[], order: "newest" | "oldest"): RankedPlace[] {
  const sign = order === "newest" ? 1 : -1;
  return ranking
    .map((ranked) => ({
      ...ranked,
      score: ranked.tieBreak === Number.NEGATIVE_INFINITY ? ranked.tieBreak : sign * ranked.tieBreak,
    }))
    .sort(compareRanks);
}
