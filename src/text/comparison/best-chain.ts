/** A place in one text beside a place in another. */
export interface Pair {
  readonly older: number;
  readonly newer: number;
  /** What is gained by keeping it: above 0. */
  readonly weight: number;
}

/**
 * Of pairs those that can be read in the order of both texts at once and weigh most together. n pairs take n log n.
 *
 *     older  A B C D
 *            │  ╲ ╲ ╲         C D before B and B behind D cannot both stand: the heavier chain A C D stays,
 *     newer  A C D B          and B is what moved
 */
export function findBestChain<P extends Pair>(pairs: readonly P[]): P[] {
  const sorted = pairs
    .map((pair, index) => ({ pair, index }))
    // Of pairs with one older place the later newer one first, so that the chain takes a single one of them.
    .sort((a, b) => a.pair.older - b.pair.older || b.pair.newer - a.pair.newer);
  const size = pairs.reduce((most, { newer }) => Math.max(most, newer + 1), 0);
  // A Fenwick tree over the newer places: the best chain that ends before one.
  const best = new Float64Array(size + 1);
  const bestAt = new Int32Array(size + 1).fill(-1);
  const before = new Int32Array(sorted.length).fill(-1);
  let heaviest = 0;
  let last = -1;
  for (const [at, { pair }] of sorted.entries()) {
    let weight = 0;
    let previous = -1;
    for (let node = pair.newer; node > 0; node -= node & -node) {
      if ((best[node] ?? 0) <= weight) continue;
      weight = best[node] ?? 0;
      previous = bestAt[node] ?? -1;
    }
    before[at] = previous;
    weight += pair.weight;
    if (weight > heaviest) {
      heaviest = weight;
      last = at;
    }
    for (let node = pair.newer + 1; node <= size; node += node & -node) {
      if ((best[node] ?? 0) >= weight) continue;
      best[node] = weight;
      bestAt[node] = at;
    }
  }
  const chain: P[] = [];
  for (let at = last; at >= 0; at = before[at] ?? -1) {
    const entry = sorted[at];
    if (entry !== undefined) chain.push(entry.pair);
  }
  return chain.reverse();
}
