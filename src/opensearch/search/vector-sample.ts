import { SAMPLE_ROWS, type SampledVectors, typicalCosineOf } from "../../search/nearness.ts";
import { unpackVector } from "../index/pack-vector.ts";
import type { SnapshotReads } from "../read/snapshot-reads.ts";
import { unpackCode } from "./code-clause.ts";

/** Some articles of an archive that have vectors, drawn as `sampleOrderOf` says: the same ones as in a folder. */
export interface VectorSample extends SampledVectors {
  readonly codes: readonly Uint8Array[];
  /** The median cosine of two of them. */
  readonly typicalCosine: number;
}

export async function takeSample(reads: SnapshotReads, articles: number): Promise<VectorSample> {
  const { hits } = await reads.search({
    query: { exists: { field: "vector" } },
    size: SAMPLE_ROWS,
    track_total_hits: false,
    _source: ["packedVector", "code"],
    sort: [{ sample: "asc" }, { key: "asc" }],
    // Of those with equal numbers one.
    collapse: { field: "sample" },
  });
  const drawn = hits.flatMap(({ _source: { packedVector, code } = {} }) =>
    packedVector === undefined || code === undefined ? [] : [{ vector: unpackVector(packedVector), code }],
  );
  const vectors = drawn.map(({ vector }) => vector);
  const codes = drawn.map(({ code }) => unpackCode(code));
  return { rows: articles, vectors, codes, typicalCosine: typicalCosineOf(vectors) };
}
