/** Copies beside the first that have a write before it is acknowledged, where there are so many. */
const MOST_COPIES_WAITED_FOR = 2;

/** Copies of a shard that must have a write before it is acknowledged, of an index with so many beside the first. */
export const copiesOf = (replicas: number): number => Math.min(MOST_COPIES_WAITED_FOR, 1 + replicas);
