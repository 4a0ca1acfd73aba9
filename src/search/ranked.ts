/** How one article ranks: by `score`, then `tieBreak` (both higher first), then `key` (lower first). */
export interface RankedPlace {
  /** The number by which the engine knows the article during this search. */
  readonly place: number;
  readonly score: number;
  readonly tieBreak: number;
  readonly key: number;
}

/** Negative when `a` ranks before `b`; never 0 for two articles of one snapshot, so every order is total. */
export function compareRanks(a: RankedPlace, b: RankedPlace): number {
  if (a.score !== b.score) return a.score > b.score ? -1 : 1;
  if (a.tieBreak !== b.tieBreak) return a.tieBreak > b.tieBreak ? -1 : 1;
  return a.key - b.key;
}
