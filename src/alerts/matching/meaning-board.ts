import { DEVIATIONS, forSize, measureBackground, type NearBy, type SampledVectors } from "../../search/nearness.ts";
import { dotProduct } from "../../search/unit-vectors.ts";

/** How near an article is to a query: `sure` counts whatever words it holds, `near` where it holds some of a text. */
export type Nearness = "sure" | "near";

interface Followed {
  readonly vector: Float32Array;
  readonly near: number;
  readonly sure: number;
}

/**
 * Queries that are followed by meaning. An article is near to one when their cosine is so many deviations over the median of the cosines
 * that the query has with the archive's background, by the same numbers of deviations as a search; see docs/ALERTS.md.
 */
export class MeaningBoard {
  readonly #followed = new Map<number, Followed>();

  add(id: number, vector: Float32Array, by: NearBy, sample: SampledVectors): void {
    if (sample.vectors.length === 0) return;
    const { rows, median, deviation } = measureBackground(vector, sample);
    const floorOf = (deviations: number): number => median + forSize(deviations, rows) * deviation;
    const { near, sure } = DEVIATIONS[by];
    this.#followed.set(id, { vector, near: floorOf(near), sure: floorOf(sure) });
  }

  remove(id: number): void {
    this.#followed.delete(id);
  }

  get size(): number {
    return this.#followed.size;
  }

  /** The queries to which an article is near. */
  *nearTo(vector: Float32Array): Generator<{ readonly id: number; readonly nearness: Nearness }> {
    for (const [id, { vector: query, near, sure }] of this.#followed) {
      const cosine = dotProduct(vector, query);
      if (cosine >= near) yield { id, nearness: cosine >= sure ? "sure" : "near" };
    }
  }
}
