import { findBestChain, type Pair } from "./best-chain.ts";
import { compareWords, type WordChange } from "./compare-words.ts";
import { MAX_COMPARED_UNITS } from "./max-compared-units.ts";
import { countCharacterPairs, pairRewritten, toSimilarity } from "./pair-rewritten.ts";
import { type Piece, splitPieces, toComparisonKey } from "./pieces.ts";

/**
 * Two texts beside each other, sentence by sentence, in the order in which the newer one is read; what is gone stands where it stood.
 *
 *     older                     newer
 *     大桥昨日通车。              大桥昨日通车。              same
 *     限速八十公里。                                        removed
 *     两岸居民步行过桥。           两岸居民骑车过桥。           rewritten: 步行 → 骑车
 *                              通车仪式从简。              added
 *     （上移）门票免费。                                     moved, its old place
 *
 * Script, width, quotation marks and white space are no difference. Texts of n characters take about n log n steps.
 */
export interface TextComparison {
  readonly rows: readonly ComparedRow[];
  /** Of the characters of both texts the share that both have, 0–1; 1 for two empty ones. */
  readonly common: number;
  /** Of the older text the share that stands in the newer one; and the other way round. */
  readonly olderKept: number;
  readonly newerKept: number;
  /** The texts share next to nothing: neither is an edition of the other. */
  readonly independent: boolean;
  /** Only the first {@link MAX_COMPARED_UNITS} of a text were compared. */
  readonly cut: boolean;
}

/** A row has a sentence of the older text, of the newer, or of both; sentences that were joined or split stand in one row. */
export type ComparedRow =
  | { readonly kind: "same"; readonly older: string; readonly newer: string }
  | { readonly kind: "rewritten"; readonly changes: readonly WordChange[] }
  | { readonly kind: "removed"; readonly older: string }
  | { readonly kind: "added"; readonly newer: string }
  /** Two rows for one sentence that stands elsewhere now: where it was, and where it is, with what changed in it. */
  | { readonly kind: "moved-away"; readonly move: number; readonly older: string }
  | { readonly kind: "moved-here"; readonly move: number; readonly changes: readonly WordChange[] };

/** Below this share in common two texts are called independent; editions and copies share more than half. */
const INDEPENDENT_BELOW = 0.15;

/** Shorter sentences (他说。) stand in many places: in another place they have not moved. */
const MIN_MOVED_UNITS = 8;

/** Places of one sentence beyond which its repetitions are paired in order alone. */
const MAX_REPEATED = 32;

/** A span of pieces in each text that say the same. */
interface Match {
  older: [first: number, last: number];
  newer: [first: number, last: number];
  moved: boolean;
}

export function compareTexts(older: string, newer: string): TextComparison {
  const texts = { older: cutText(older), newer: cutText(newer) };
  const pieces = { older: splitPieces(texts.older), newer: splitPieces(texts.newer) };
  const exact = pairEqual(pieces);
  const left = {
    older: placesWithout(
      pieces.older,
      exact.map((pair) => pair.older),
    ),
    newer: placesWithout(
      pieces.newer,
      exact.map((pair) => pair.newer),
    ),
  };
  const pairs = [...exact, ...pairRewritten(pieces, left)];
  const chain = new Set(findBestChain(pairs));
  const matches = pairs
    .filter((pair) => chain.has(pair) || (pieces.older[pair.older]?.key.length ?? 0) >= MIN_MOVED_UNITS)
    .map(
      (pair): Match => ({ older: [pair.older, pair.older], newer: [pair.newer, pair.newer], moved: !chain.has(pair) }),
    );
  joinSplitSentences(pieces, matches);
  const rows = toRows(texts, pieces, matches);
  const shares = measure(rows);
  return {
    rows,
    ...shares,
    independent: shares.common < INDEPENDENT_BELOW && Math.max(shares.olderKept, shares.newerKept) < 0.5,
    cut: older.length > MAX_COMPARED_UNITS || newer.length > MAX_COMPARED_UNITS,
  };
}

const cutText = (text: string): string => text.slice(0, MAX_COMPARED_UNITS).toWellFormed();

interface Pieces {
  readonly older: readonly Piece[];
  readonly newer: readonly Piece[];
}

function placesWithout(pieces: readonly Piece[], taken: readonly number[]): number[] {
  const without = new Set(taken);
  return [...pieces.keys()].filter((place) => !without.has(place));
}

/** Sentences that both texts have: most of them in the order of both, the others, longer ones, where they moved to. */
function pairEqual(pieces: Pieces): Pair[] {
  const places = { older: placesByKey(pieces.older), newer: placesByKey(pieces.newer) };
  const possible: Pair[] = [];
  for (const [key, olderPlaces] of places.older) {
    const newerPlaces = places.newer.get(key) ?? [];
    const inOrder = olderPlaces.length * newerPlaces.length > MAX_REPEATED ** 2;
    for (const [index, older] of olderPlaces.entries()) {
      const others = inOrder ? newerPlaces.slice(index, index + 1) : newerPlaces;
      for (const newer of others) possible.push({ older, newer, weight: key.length });
    }
  }
  const chain = findBestChain(possible);
  const taken = { older: new Set(chain.map(({ older }) => older)), newer: new Set(chain.map(({ newer }) => newer)) };
  const moved = possible.filter(({ older, newer, weight }) => {
    if (weight < MIN_MOVED_UNITS || taken.older.has(older) || taken.newer.has(newer)) return false;
    taken.older.add(older);
    taken.newer.add(newer);
    return true;
  });
  return [...chain, ...moved];
}

function placesByKey(pieces: readonly Piece[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, { key }] of pieces.entries()) {
    const known = places.get(key);
    if (known === undefined) places.set(key, [place]);
    else known.push(place);
  }
  return places;
}

/** A sentence that became two, or two that became one: a neighbour that nothing was paired with joins where that makes both more alike. */
function joinSplitSentences(pieces: Pieces, matches: readonly Match[]): void {
  const taken = {
    older: new Set(matches.map(({ older }) => older[0])),
    newer: new Set(matches.map(({ newer }) => newer[0])),
  };
  const join = (side: "older" | "newer", [first, last]: readonly [number, number]): string =>
    pieces[side]
      .slice(first, last + 1)
      .map(({ key }) => key)
      .join("");
  for (const match of matches) {
    const counts = {
      older: countCharacterPairs(join("older", match.older)),
      newer: countCharacterPairs(join("newer", match.newer)),
    };
    let similarity = toSimilarity(counts.older, counts.newer);
    if (similarity === 1) continue;
    for (const side of ["older", "newer"] as const) {
      const other = side === "older" ? counts.newer : counts.older;
      for (const step of [1, -1] as const) {
        const [first, last] = match[side];
        const place = step === 1 ? last + 1 : first - 1;
        if (pieces[side][place] === undefined || taken[side].has(place)) continue;
        const wider: [number, number] = step === 1 ? [first, place] : [place, last];
        const widerCounts = countCharacterPairs(join(side, wider));
        const reached = toSimilarity(widerCounts, other);
        if (reached <= similarity) continue;
        similarity = reached;
        match[side] = wider;
        counts[side] = widerCounts;
        taken[side].add(place);
      }
    }
  }
}

function toRows(
  texts: { readonly older: string; readonly newer: string },
  pieces: Pieces,
  matches: readonly Match[],
): ComparedRow[] {
  const read = (side: "older" | "newer", first: number, last: number): string =>
    texts[side].slice(pieces[side][first]?.start, pieces[side][last]?.end);
  const olderMatches = new Map(
    matches.flatMap((match) => rangeOf(match.older).map((place) => [place, match] as const)),
  );
  const newerMatches = new Map(
    matches.flatMap((match) => rangeOf(match.newer).map((place) => [place, match] as const)),
  );
  const moves = new Map(
    matches
      .filter(({ moved }) => moved)
      .sort((a, b) => a.newer[0] - b.newer[0])
      .map((match, index) => [match, index + 1]),
  );
  const rows: ComparedRow[] = [];
  let next = 0;
  /** Sentences of the older text up to the one at `until` that are not beside one of the newer. */
  const leave = (until: number): void => {
    for (; next < until; next++) {
      const match = olderMatches.get(next);
      const older = read("older", next, next);
      if (match === undefined) rows.push({ kind: "removed", older });
      else if (next === match.older[0])
        rows.push({ kind: "moved-away", move: moves.get(match) ?? 0, older: read("older", ...match.older) });
    }
  };
  const following = matches.filter(({ moved }) => !moved).sort((a, b) => a.newer[0] - b.newer[0]);
  let passed = 0;
  for (let place = 0; place < pieces.newer.length; place++) {
    const match = newerMatches.get(place);
    // What was taken out stands before what was put in its place.
    if (match !== following[passed]) leave(following[passed]?.older[0] ?? pieces.older.length);
    if (match === undefined) {
      rows.push({ kind: "added", newer: read("newer", place, place) });
      continue;
    }
    const [older, newer] = [read("older", ...match.older), read("newer", ...match.newer)];
    place = match.newer[1];
    if (match.moved) {
      rows.push({ kind: "moved-here", move: moves.get(match) ?? 0, changes: toChanges(older, newer) });
      continue;
    }
    leave(match.older[0]);
    next = match.older[1] + 1;
    passed++;
    if (toComparisonKey(older) === toComparisonKey(newer)) rows.push({ kind: "same", older, newer });
    else rows.push({ kind: "rewritten", changes: compareWords(older, newer) });
  }
  leave(pieces.older.length);
  return rows;
}

const toChanges = (older: string, newer: string): readonly WordChange[] =>
  toComparisonKey(older) === toComparisonKey(newer) ? [{ older, newer, same: true }] : compareWords(older, newer);

const rangeOf = ([first, last]: readonly [number, number]): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** How much of each text stands in the other, moved sentences too. */
function measure(rows: readonly ComparedRow[]): Pick<TextComparison, "common" | "olderKept" | "newerKept"> {
  const units = { older: 0, newer: 0, olderSame: 0, newerSame: 0 };
  const add = (older: string, newer: string, same: boolean): void => {
    const [olderUnits, newerUnits] = [toComparisonKey(older).length, toComparisonKey(newer).length];
    units.older += olderUnits;
    units.newer += newerUnits;
    if (!same) return;
    units.olderSame += olderUnits;
    units.newerSame += newerUnits;
  };
  for (const row of rows) {
    if (row.kind === "same") add(row.older, row.newer, true);
    else if (row.kind === "removed") add(row.older, "", false);
    else if (row.kind === "added") add("", row.newer, false);
    else if (row.kind !== "moved-away") for (const { older, newer, same } of row.changes) add(older, newer, same);
  }
  const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
  return {
    common: share(units.olderSame + units.newerSame, units.older + units.newer),
    olderKept: share(units.olderSame, units.older),
    newerKept: share(units.newerSame, units.newer),
  };
}
