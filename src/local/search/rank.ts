import type { RankedPlace } from "../../search/ranked.ts";
import type { SegmentView } from "../read/snapshot.ts";
import { eachSegment } from "./count.ts";
import type { MatchedPlaces } from "./keyword.ts";
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
      const time = publishedAtMs.at(place - base);
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
  const { places, scores, ends } = matches;
  const top = new TopRows(limit);
  let start = 0;
  for (let segment = 0; segment < ends.length; segment++) {
    const end = ends[segment] as number;
    const { publishedAtMs, articleKeys } = space.segments[segment] as SegmentView;
    const base = space.base(segment);
    for (let index = end - 1; index >= start; index--) {
      const score = scores[index] as number;
      if (score < top.floor) continue;
      const place = places[index] as number;
      if (skip?.has(place) === true) continue;
      const row = place - base;
      top.push({ place, score, tieBreak: publishedAtMs.at(row), key: articleKeys[row] as number });
    }
    start = end;
  }
  return top.sorted();
}
