export interface PacedSizeOptions {
  /** Items taken at first, before it is known how long they take. */
  readonly first: number;
  readonly least: number;
  readonly most: number;
  /** How long taking that many should last. */
  readonly targetMs: number;
}

/** It grows at most so many times from one round to the next: a fast beginning may be chance. */
const MAX_GROWTH = 4;

/** How many items to take at a time, so that it lasts about as long as it should, whatever the pace. */
export class PacedSize {
  readonly #options: PacedSizeOptions;
  #size: number;

  constructor(options: PacedSizeOptions) {
    this.#options = options;
    this.#size = Math.min(options.first, options.most);
  }

  get size(): number {
    return this.#size;
  }

  /** To be told of each round. */
  learn(items: number, tookMs: number): void {
    const { least, most, targetMs } = this.#options;
    const fitting = tookMs > 0 ? Math.round((items * targetMs) / tookMs) : Number.POSITIVE_INFINITY;
    this.#size = Math.max(least, Math.min(most, fitting, this.#size * MAX_GROWTH));
  }
}
