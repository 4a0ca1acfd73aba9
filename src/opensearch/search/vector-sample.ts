import { SAMPLE_ROWS, type SampledVectors, typicalCosineOf } from "../../search/nearness.ts";
import { unpackVector } from "../index/pack-vector.ts";
import type { SnapshotReads } from "../read/snapshot-reads.ts";

/** The vectors of some articles, evenly spread over the archive in the order of storing. */
export interface VectorSample extends SampledVectors {
  /** The median cosine of two of them. */
  readonly typicalCosine: number;
}

/** Every so many-th article, as keys count; the most that one search gives. */
const MOST_READ = 2 * SAMPLE_ROWS;

export async function takeSample(reads: SnapshotReads, articles: number): Promise<VectorSample> {
  const step = Math.max(1, Math.ceil(articles / SAMPLE_ROWS));
  const script = { source: "doc['key'].value % params.step == 0", params: { step } };
  const { hits } = await reads.search({
    query: { bool: { filter: [{ exists: { field: "vector" } }, { script: { script } }] } },
    size: MOST_READ,
    track_total_hits: false,
    _source: ["packedVector"],
    sort: [{ at: "asc" }, { key: "asc" }],
  });
  const vectors = hits.flatMap(({ _source }) =>
    _source?.packedVector === undefined ? [] : [unpackVector(_source.packedVector)],
  );
  return { rows: articles, vectors, typicalCosine: typicalCosineOf(vectors) };
}
