import type { NearestRow } from "../read/snapshot.ts";

/**
 * Keeps the best `limit` rows of those offered: by similarity, then by row. A binary heap in typed arrays with the worst of them on top:
 * thousands are offered to each search, and no object is made for any.
 */
export class BestRows {
  readonly #limit: number;
  readonly #rows: Uint32Array;
  readonly #similarities: Float64Array;
  #count = 0;

  /** Takes 12 bytes for each row that may be kept. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#rows = new Uint32Array(limit);
    this.#similarities = new Float64Array(limit);
  }

  offer(row: number, similarity: number): void {
    if (this.#count < this.#limit) this.#rise(this.#count++, row, similarity);
    else if (this.#limit > 0 && this.#isWorse(0, row, similarity)) this.#sink(row, similarity);
  }

  /** Best first. */
  toSorted(): NearestRow[] {
    const rows: NearestRow[] = [];
    for (let index = 0; index < this.#count; index++)
      rows.push({ row: this.#rows[index] as number, similarity: this.#similarities[index] as number });
    return rows.sort(compareNearness);
  }

  /** Whether what stands at an index comes after a row. */
  #isWorse(index: number, row: number, similarity: number): boolean {
    const other = this.#similarities[index] as number;
    return other === similarity ? (this.#rows[index] as number) > row : other < similarity;
  }

  /** Puts a row at a free index, above all that come before it. */
  #rise(free: number, row: number, similarity: number): void {
    let index = free;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#isWorse(parent, row, similarity)) break;
      this.#move(parent, index);
      index = parent;
    }
    this.#put(index, row, similarity);
  }

  /** Puts a row in the place of the worst one, below all that come after it. */
  #sink(row: number, similarity: number): void {
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#count) break;
      const next = child + 1;
      if (next < this.#count && this.#isWorse(next, this.#rows[child] as number, this.#similarities[child] as number))
        child = next;
      if (!this.#isWorse(child, row, similarity)) break;
      this.#move(child, index);
      index = child;
    }
    this.#put(index, row, similarity);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#rows[from] as number, this.#similarities[from] as number);
  }

  #put(index: number, row: number, similarity: number): void {
    this.#rows[index] = row;
    this.#similarities[index] = similarity;
  }
}

function compareNearness(a: NearestRow, b: NearestRow): number {
  if (a.similarity === b.similarity) return a.row - b.row;
  return a.similarity > b.similarity ? -1 : 1;
}
