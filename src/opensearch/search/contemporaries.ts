import type { Contemporaries } from "../../search/candidates.ts";
import { dotProduct } from "../../search/unit-vectors.ts";
import { unpackVector } from "../index/pack-vector.ts";
import type { FoundHits, SearchBody, SnapshotReads } from "../read/snapshot-reads.ts";

/** What grouping by event asks of the days around an article; read as {@link Documents} are. */
export class ClusterContemporaries implements Contemporaries {
  readonly #reads: SnapshotReads;
  readonly #counts = new Map<string, number>();
  readonly #vectors = new Map<string, readonly Float32Array[]>();
  readonly #missing = new Map<string, { readonly bodies: readonly SearchBody[]; take(found: FoundHits[]): void }>();

  constructor(reads: SnapshotReads) {
    this.#reads = reads;
  }

  countAround(instantMs: number, spanMs: number): number {
    const name = `count ${instantMs} ${spanMs}`;
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const range = { gte: instantMs - spanMs, lt: instantMs + spanMs };
    this.#missing.set(name, {
      bodies: [{ size: 0, track_total_hits: true, query: { range: { at: range } } }],
      take: ([found]) => this.#counts.set(name, found?.total ?? 0),
    });
    return 0;
  }

  cosinesAround(vector: Float32Array, instantMs: number, count: number): number[] {
    const name = `around ${instantMs} ${count}`;
    const known = this.#vectors.get(name);
    if (known !== undefined) return known.map((other) => dotProduct(vector, other));
    const half = (order: "asc" | "desc", bound: object): SearchBody => ({
      size: count >> 1,
      track_total_hits: false,
      _source: ["packedVector"],
      query: { bool: { filter: [{ range: { at: bound } }, { exists: { field: "vector" } }] } },
      sort: [{ at: order }, { key: "asc" }],
    });
    this.#missing.set(name, {
      bodies: [half("desc", { lt: instantMs }), half("asc", { gte: instantMs })],
      take: (found) => {
        const packed = found.flatMap(({ hits }) => hits.flatMap(({ _source }) => _source?.packedVector ?? []));
        this.#vectors.set(name, packed.map(unpackVector));
      },
    });
    return [];
  }

  async readMissing(): Promise<boolean> {
    const asked = [...this.#missing.values()];
    this.#missing.clear();
    const found = await this.#reads.searchAll(asked.flatMap(({ bodies }) => bodies));
    let start = 0;
    for (const { bodies, take } of asked) {
      take(found.slice(start, start + bodies.length));
      start += bodies.length;
    }
    return asked.length > 0;
  }
}
