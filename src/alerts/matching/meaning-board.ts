import type { NearBy, SampledVectors } from "../../search/nearness.ts";
import { floorsOf } from "./alert-floor.ts";

/** How near an article is to a query: `sure` counts whatever words it holds, `near` where it holds some of a text. */
export type Nearness = "sure" | "near";

/** What a query's place holds: its alert, and the least cosines. */
interface Followed {
  readonly id: number;
  readonly near: number;
  readonly sure: number;
}

/** Queries for which there is place at first; it doubles when it is full. */
const FIRST_PLACES = 64;

/**
 * Queries that are followed by meaning. An article is near to one when their cosine is so many deviations over the median of the cosines
 * that the query has with the archive's background; which these are says alert-floor.ts.
 *
 * Their vectors stand one behind the other, so that an article is held against all of them in one pass. Where one goes, the last takes its place.
 */
export class MeaningBoard {
  readonly #followed: Followed[] = [];
  readonly #places = new Map<number, number>();
  #vectors = new Float32Array(0);
  #dimensions = 0;

  /** @throws RangeError for a vector of another length than those that are there */
  add(id: number, vector: Float32Array, by: NearBy, sample: SampledVectors): void {
    this.remove(id);
    if (sample.vectors.length === 0) return;
    if (this.size === 0) this.#dimensions = vector.length;
    if (vector.length !== this.#dimensions)
      throw new RangeError(`a vector of ${vector.length} dimensions among those of ${this.#dimensions}`);
    const { near, sure } = floorsOf(vector, by, sample);
    const place = this.size;
    this.#makeRoom(place + 1);
    this.#vectors.set(vector, place * this.#dimensions);
    this.#places.set(id, place);
    this.#followed.push({ id, near, sure });
  }

  remove(id: number): void {
    const place = this.#places.get(id);
    const last = this.#followed.at(-1);
    if (place === undefined || last === undefined) return;
    this.#places.set(last.id, place);
    this.#places.delete(id);
    this.#followed[place] = last;
    this.#followed.pop();
    const start = this.size * this.#dimensions;
    this.#vectors.copyWithin(place * this.#dimensions, start, start + this.#dimensions);
  }

  get size(): number {
    return this.#followed.length;
  }

  /** The queries to which an article is near, in no order. */
  nearTo(vector: Float32Array): { readonly id: number; readonly nearness: Nearness }[] {
    const found: { readonly id: number; readonly nearness: Nearness }[] = [];
    // Of an article that another encoder has seen meanwhile nothing can be told.
    if (vector.length !== this.#dimensions) return found;
    for (const [place, { id, near, sure }] of this.#followed.entries()) {
      const cosine = dotProductAt(this.#vectors, place * this.#dimensions, vector);
      if (cosine >= near) found.push({ id, nearness: cosine >= sure ? "sure" : "near" });
    }
    return found;
  }

  #makeRoom(places: number): void {
    const needed = places * this.#dimensions;
    if (needed <= this.#vectors.length) return;
    const grown = new Float32Array(Math.max(needed, 2 * this.#vectors.length, FIRST_PLACES * this.#dimensions));
    grown.set(this.#vectors);
    this.#vectors = grown;
  }
}

/** Four sums at a time: a processor adds them side by side. */
function dotProductAt(vectors: Float32Array, start: number, vector: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const { length } = vector;
  let index = 0;
  for (; index + 3 < length; index += 4) {
    const at = start + index;
    a += (vectors[at] as number) * (vector[index] as number);
    b += (vectors[at + 1] as number) * (vector[index + 1] as number);
    c += (vectors[at + 2] as number) * (vector[index + 2] as number);
    d += (vectors[at + 3] as number) * (vector[index + 3] as number);
  }
  for (; index < length; index++) a += (vectors[start + index] as number) * (vector[index] as number);
  return a + b + c + d;
}
