import type { Candidates, Contemporaries } from "./candidates.ts";
import { groupCopies } from "./copies.ts";
import type { RankedPlace } from "./ranked.ts";
import { groupStories } from "./stories.ts";

/** The first articles of a ranking among which near-copies are folded together; later ones each stand alone. */
export const COPY_WINDOW = 100;

/**
 * The first of what is related among which near-copies and tellings are folded. Each is a text to be read; three pages of them are more than
 * are looked through.
 */
const RELATED_WINDOW = 30;

/** A hit's place with those that were folded into it, best first. */
export interface Group {
  readonly ranked: RankedPlace;
  readonly copies: readonly RankedPlace[];
  /** Other tellings of the same event, each followed by its own copies. */
  readonly tellings: readonly RankedPlace[];
}

/** A place that stands for itself. */
export const toSingleGroup = (ranked: RankedPlace): Group => ({ ranked, copies: [], tellings: [] });

/** Places folded into others, of those that are counted; default: all. */
export function countCollapsed(groups: readonly Group[], isCounted = (_place: number): boolean => true): number {
  let collapsed = 0;
  for (const { copies, tellings } of groups)
    for (const folded of [copies, tellings]) for (const { place } of folded) if (isCounted(place)) collapsed++;
  return collapsed;
}

/**
 * Folds the near-copies among the first {@link COPY_WINDOW} of a ranking into the first of each, then, where `stories` can be
 * told, the tellings of one event into the first of them; the order stays.
 */
export function groupRanking(
  ranking: readonly RankedPlace[],
  candidates: Candidates,
  { stories }: { readonly stories?: Contemporaries | undefined } = {},
): Group[] {
  return groupRankings({ counted: ranking, related: [] }, candidates, { stories });
}

/**
 * As {@link groupRanking}, for what matches and what is related after it: copies are folded within each, tellings across both, so that
 * an article that merely is similar stands under the one that matches and tells the same.
 */
export function groupRankings(
  { counted, related }: { readonly counted: readonly RankedPlace[]; readonly related: readonly RankedPlace[] },
  candidates: Candidates,
  { stories }: { readonly stories?: Contemporaries | undefined } = {},
): Group[] {
  const left = Math.min(RELATED_WINDOW, Math.max(0, COPY_WINDOW - counted.length));
  const groups = [...foldCopies(counted, candidates, COPY_WINDOW), ...foldCopies(related, candidates, left)];
  if (stories === undefined) return groups;
  const window = new Set([...counted.slice(0, COPY_WINDOW), ...related.slice(0, left)].map(({ place }) => place));
  const isInWindow = ({ ranked }: Group): boolean => window.has(ranked.place);
  return [
    ...foldStories(groups.filter(isInWindow), candidates, stories),
    ...groups.filter((group) => !isInWindow(group)),
  ];
}

/** @param size places among which copies are folded, from the first */
function foldCopies(ranking: readonly RankedPlace[], candidates: Candidates, size: number): Group[] {
  const window = ranking.slice(0, size);
  const leaders = groupCopies(
    window.map(({ place }) => place),
    candidates,
  );
  const groups: Group[] = [];
  const copiesOf = new Map<number, RankedPlace[]>();
  for (let index = 0; index < window.length; index++) {
    const ranked = window[index] as RankedPlace;
    const leader = leaders[index] as number;
    if (leader !== index) {
      copiesOf.get(leader)?.push(ranked);
      continue;
    }
    const copies: RankedPlace[] = [];
    copiesOf.set(index, copies);
    groups.push({ ranked, copies, tellings: [] });
  }
  for (const ranked of ranking.slice(size)) groups.push(toSingleGroup(ranked));
  return groups;
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
