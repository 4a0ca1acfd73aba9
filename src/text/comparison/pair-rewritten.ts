import type { Pair } from "./best-chain.ts";
import type { Piece } from "./pieces.ts";

/** Twice the shared pairs of characters, of those of both: from here on one sentence is the other written anew. */
const MIN_SIMILARITY = 0.5;

/** Sentences in which a pair of characters stands before it tells nothing, and the search for it would take long. */
const MAX_HOLDERS = 40;

/** Shorter sentences are alike by chance. */
const MIN_UNITS = 6;

type Counts = ReadonlyMap<string, number>;

/** How often each pair of neighbouring characters stands in a sentence. */
export function countCharacterPairs(key: string): Counts {
  const counts = new Map<string, number>();
  for (let index = 0; index + 1 < key.length; index++) {
    const pair = key.slice(index, index + 2);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

/** 0 where two sentences share no pair of characters, 1 where they share all. */
export function toSimilarity(one: Counts, other: Counts): number {
  let [shared, all] = [0, 0];
  for (const [pair, count] of one) {
    shared += Math.min(count, other.get(pair) ?? 0);
    all += count;
  }
  for (const count of other.values()) all += count;
  return all === 0 ? 0 : (2 * shared) / all;
}

interface Candidate extends Pair {
  readonly similarity: number;
}

/**
 * Which of the sentences `older` stand rewritten among `newer`: each with one at most, the most alike first. Places are those in the
 * lists that `pieces` gives.
 */
export function pairRewritten(
  pieces: { readonly older: readonly Piece[]; readonly newer: readonly Piece[] },
  left: { readonly older: readonly number[]; readonly newer: readonly number[] },
): Pair[] {
  const newerCounts = new Map<number, Counts>();
  const holders = new Map<string, number[]>();
  for (const place of left.newer) {
    const key = pieces.newer[place]?.key ?? "";
    if (key.length < MIN_UNITS) continue;
    const counts = countCharacterPairs(key);
    newerCounts.set(place, counts);
    for (const pair of counts.keys()) {
      const places = holders.get(pair);
      if (places === undefined) holders.set(pair, [place]);
      else places.push(place);
    }
  }
  const candidates: Candidate[] = [];
  for (const place of left.older) {
    const key = pieces.older[place]?.key ?? "";
    if (key.length < MIN_UNITS) continue;
    const counts = countCharacterPairs(key);
    for (const other of findNear(counts, holders)) {
      const similarity = toSimilarity(counts, newerCounts.get(other) ?? new Map());
      if (similarity < MIN_SIMILARITY) continue;
      candidates.push({ older: place, newer: other, similarity, weight: similarity * key.length });
    }
  }
  candidates.sort((a, b) => b.similarity - a.similarity || a.older - b.older || a.newer - b.newer);
  const taken = { older: new Set<number>(), newer: new Set<number>() };
  return candidates.filter(({ older, newer }) => {
    if (taken.older.has(older) || taken.newer.has(newer)) return false;
    taken.older.add(older);
    taken.newer.add(newer);
    return true;
  });
}

/** Candidates that are looked at closely for one sentence. */
const MAX_NEAR = 4;

/** The sentences that share most rare pairs of characters. */
function findNear(counts: Counts, holders: ReadonlyMap<string, readonly number[]>): number[] {
  const shared = new Map<number, number>();
  for (const pair of counts.keys()) {
    const places = holders.get(pair);
    if (places === undefined || places.length > MAX_HOLDERS) continue;
    for (const place of places) shared.set(place, (shared.get(place) ?? 0) + 1);
  }
  return [...shared]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, MAX_NEAR)
    .map(([place]) => place);
}
