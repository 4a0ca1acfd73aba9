import type { Candidates, Contemporaries } from "./candidates.ts";
import { groupCopies } from "./copies.ts";
import type { RankedPlace } from "./ranked.ts";
import { groupStories } from "./stories.ts";

/** The first articles of a ranking among which near-copies are folded together; later ones each stand alone. */
export const COPY_WINDOW = 100;

/** A hit's place with those that were folded into it, best first. */
export interface Group {
  readonly ranked: RankedPlace;
  readonly copies: readonly RankedPlace[];
  /** Other tellings of the same event, each followed by its own copies. */
  readonly tellings: readonly RankedPlace[];
}

/** A place that stands for itself. */
export const toSingleGroup = (ranked: RankedPlace): Group => ({ ranked, copies: [], tellings: [] });

/** Places folded into others. */
export const countCollapsed = (groups: readonly Group[]): number =>
  groups.reduce((sum, { copies, tellings }) => sum + copies.length + tellings.length, 0);

/**
 * Folds the near-copies among the first {@link COPY_WINDOW} of a ranking into the first of each, then, where `stories` can be
 * told, the tellings of one event into the first of them; the order stays.
 */
export function groupRanking(
  ranking: readonly RankedPlace[],
  candidates: Candidates,
  { stories }: { readonly stories?: Contemporaries | undefined } = {},
): Group[] {
  const window = ranking.slice(0, COPY_WINDOW);
  const leaders = groupCopies(
    window.map(({ place }) => place),
    candidates,
  );
  const groups = window.flatMap((ranked, index): Group[] => {
    if (leaders[index] !== index) return [];
    return [{ ranked, copies: window.filter((_, at) => at !== index && leaders[at] === index), tellings: [] }];
  });
  const rest = ranking.slice(COPY_WINDOW).map(toSingleGroup);
  return [...(stories === undefined ? groups : foldStories(groups, candidates, stories)), ...rest];
}

function foldStories(groups: readonly Group[], candidates: Candidates, contemporaries: Contemporaries): Group[] {
  const leaders = groupStories(
    groups.map(({ ranked }) => ranked.place),
    candidates,
    contemporaries,
  );
  return groups.flatMap((group, index) => {
    if (leaders[index] !== index) return [];
    const others = groups.filter((_, at) => at !== index && leaders[at] === index);
    return [{ ...group, tellings: others.flatMap(({ ranked, copies }) => [ranked, ...copies]) }];
  });
}
