import { LruMap } from "../collections/lru-map.ts";

interface Entry {
  readonly vector: Float32Array | undefined;
}

/** By how much a process grows for an entry beside its contents: map, result object, typed array; measured on Node 24. */
const ENTRY_OVERHEAD_BYTES = 660;

/** Vectors of recent queries, the least recently asked for dropped first; bounded in bytes as counted here, 0 keeps nothing. */
export const createVectorCache = <V extends Entry>(maxBytes: number): LruMap<V> =>
  new LruMap({
    maxWeight: maxBytes,
    weigh: (key, { vector }) => key.length * 2 + (vector?.byteLength ?? 0) + ENTRY_OVERHEAD_BYTES,
  });
