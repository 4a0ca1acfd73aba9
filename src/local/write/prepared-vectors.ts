import type { Article } from "../../archive/article.ts";

export type VectorsByArticle = ReadonlyMap<Article, Float32Array>;

/** Vectors of batches that are encoded before they are put. */
export class PreparedVectors {
  readonly #byBatch = new WeakMap<readonly Article[], Promise<VectorsByArticle>>();

  add(batch: readonly Article[], encoding: Promise<VectorsByArticle>): void {
    // What fails is done again, and told, when the batch is put.
    encoding.catch(() => {});
    this.#byBatch.set(batch, encoding);
  }

  /** What there is of a batch; of one that was never announced, or could not be encoded, nothing. */
  async take(batch: readonly Article[]): Promise<VectorsByArticle> {
    const encoding = this.#byBatch.get(batch);
    this.#byBatch.delete(batch);
    try {
      return (await encoding) ?? new Map();
    } catch {
      return new Map();
    }
  }
}
