import type { RankedPlace } from "../../search/ranked.ts";
import type { FoundHit } from "../read/snapshot-reads.ts";
import type { Documents } from "./documents.ts";

/** Best first, then the newer, undated ones last, then the one that was stored first. */
export const BY_SCORE = ["_score", { at: { order: "desc", missing: "_last" } }, { key: "asc" }] as const;

export const BY_TIME = {
  newest: [{ at: { order: "desc", missing: "_last" } }, { key: "asc" }],
  oldest: [{ at: { order: "asc", missing: "_last" } }, { key: "asc" }],
} as const;

/** A hit of a search that was sorted by {@link BY_SCORE}. */
export function toRanked({ sort = [] }: FoundHit): RankedPlace {
  const [score, at, key] = sort;
  return { place: Number(key), key: Number(key), score: Number(score), tieBreak: toTime(at) };
}

/** A hit of a search that was sorted by {@link BY_TIME}; its score puts it where it stands. */
export function toTimed({ sort = [] }: FoundHit, order: "newest" | "oldest"): RankedPlace {
  const [at, key] = sort;
  const tieBreak = toTime(at);
  const score = tieBreak === Number.NEGATIVE_INFINITY || order === "newest" ? tieBreak : -tieBreak;
  return { place: Number(key), key: Number(key), score, tieBreak };
}

/** The cluster writes what is missing as an infinity, by its name. */
function toTime(at: number | string | null | undefined): number {
  const time = at === null || at === undefined ? Number.NEGATIVE_INFINITY : Number(at);
  return Number.isFinite(time) ? time : Number.NEGATIVE_INFINITY;
}

/** Takes the documents in that hits have brought. */
export function keepDocuments(hits: readonly FoundHit[], documents: Documents): void {
  for (const { _source } of hits) if (_source !== undefined) documents.add(_source);
}
