import type { RowSpace } from "./row-space.ts";

/** Vectors that stand in one array: a hundred arrays for a search, each with memory of its own, would have to be collected. */
const VECTORS_AT_ONCE = 32;

/** Reads the vectors of a snapshot by place during one search, each once. */
export class VectorReads {
  readonly #space: RowSpace;
  readonly #known = new Map<number, Float32Array | undefined>();
  #room = new Float32Array();

  constructor(space: RowSpace) {
    this.#space = space;
  }

  at(place: number): Float32Array | undefined {
    if (this.#known.has(place)) return this.#known.get(place);
    const vector = this.#space.at(place, (segment, row) => {
      const { dimensions } = segment;
      if (this.#room.length < dimensions) this.#room = new Float32Array(VECTORS_AT_ONCE * dimensions);
      return segment.vector(row, this.#room.subarray(0, dimensions));
    });
    if (vector !== undefined) this.#room = this.#room.subarray(vector.length);
    this.#known.set(place, vector);
    return vector;
  }
}
