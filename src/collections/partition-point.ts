/**
 * The first index in [from, to) that is not before what is looked for, or `to`: one search by halves for everything that is in
 * order. Where `isBefore` is false for one index, it must be false for all after it.
 */
export function partitionPoint(from: number, to: number, isBefore: (index: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first index of ascending numbers at which one is not below `least`, or `to`. Default: among all of them. */
export function firstAtLeast(ascending: ArrayLike<number>, least: number, to = ascending.length): number {
  // Asked thousands of times by a search, so without a function for each.
  let low = 0;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
