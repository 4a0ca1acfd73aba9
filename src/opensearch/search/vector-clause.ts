import type { Clause } from "../read/snapshot-reads.ts";

/** What the cluster gives for a cosine: from 0 to 1. */
const toScore = (cosine: number): number => (1 + cosine) / 2;

export const toCosine = (score: number): number => 2 * score - 1;

/**
 * Articles that pass a filter, scored by their cosine with a vector, each compared exactly.
 * @param least cosine of those that are found. Default: any
 */
export const byVector = (vector: Float32Array, filter: Clause, least?: number): Clause => ({
  script_score: {
    query: { bool: { must: [filter], filter: [{ exists: { field: "vector" } }] } },
    script: {
      lang: "knn",
      source: "knn_score",
      params: { field: "vector", query_value: [...vector], space_type: "cosinesimil" },
    },
    ...(least !== undefined && { min_score: toScore(least) }),
  },
});
