import { LruMap } from "../../collections/lru-map.ts";
import type { FoundClause, Relaxation } from "./found-clause.ts";
import type { VectorSample } from "./vector-sample.ts";

/** What is known of one snapshot: it is the same for every search of it. */
export interface SnapshotFacts {
  /** Articles, and the mean of their terms; undefined before it was asked. */
  size: Promise<{ readonly articles: number; readonly averageLength: number }> | undefined;
  /** Some vectors; undefined before they were asked for. */
  sample: Promise<VectorSample> | undefined;
  /** Articles that hold a term, by its text. */
  readonly frequencies: Map<string, number>;
  /** Which articles hold a part of a query. */
  readonly clauses: LruMap<Promise<FoundClause>>;
  readonly relaxations: LruMap<Promise<Relaxation | undefined>>;
}

export type SearchCaches = (snapshotName: string) => SnapshotFacts;

const KEPT_SNAPSHOTS = 4;
const KEPT_CLAUSES = 64;
const KEPT_RELAXATIONS = 32;

/** Terms whose frequency is kept; then they are asked anew. */
export const KEPT_FREQUENCIES = 20_000;

export function createCaches(): SearchCaches {
  const snapshots = new LruMap<SnapshotFacts>({ maxWeight: KEPT_SNAPSHOTS });
  return (snapshotName) =>
    snapshots.getOrMake(snapshotName, () => ({
      size: undefined,
      sample: undefined,
      frequencies: new Map(),
      clauses: new LruMap({ maxWeight: KEPT_CLAUSES }),
      relaxations: new LruMap({ maxWeight: KEPT_RELAXATIONS }),
    }));
}
