/** More differences than this are another word. */
const MAX_DISTANCE = 3;
/** Part of a word that must be as it was meant. */
const MIN_LIKENESS = 0.4;

/** What was probably meant: the candidates nearest to a word that was typed, in their order; none where nothing is near. */
export function suggest(word: string, candidates: readonly string[]): readonly string[] {
  let nearest: string[] = [];
  let least = MAX_DISTANCE;
  for (const candidate of new Set(candidates)) {
    const [one, other] = [word.toLowerCase(), candidate.toLowerCase()];
    // Whoever types the beginning of a long word means it.
    const distance = one.length >= 3 && other.startsWith(one) ? 1 : countEdits(one, other);
    const likeness = 1 - distance / Math.max(one.length, other.length);
    if (distance > least || likeness <= MIN_LIKENESS) continue;
    if (distance < least) nearest = [];
    least = distance;
    nearest.push(candidate);
  }
  return nearest;
}

/** ` Did you mean hybrid?`, with a space before it; empty where nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = suggest(word, candidates);
  return near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
}

/** Characters to add, to leave out, to replace or to swap with their neighbour (optimal string alignment). */
function countEdits(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const at = (line: readonly number[], index: number): number => line[index] ?? Number.POSITIVE_INFINITY;
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = isSwap ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(replaced, at(last, column) + 1, at(next, column - 1) + 1, swapped));
    }
    [before, last] = [last, next];
  }
  return last[b.length] ?? 0;
}
