import type { Article } from "../../src/archive/article.ts";
import type { ArchiveWriter, FinishReport, PutResult } from "../../src/archive/writer.ts";
import { PlainStore } from "../engines/plain-store.ts";
import { PlainWriter } from "../engines/plain-writer.ts";
import { createFakeEncoder } from "./encoder.ts";

/** The writer of the plain engine, without vectors, and what was asked of it. `onPut` runs before a batch is stored and may throw. */
export class MemoryWriter implements ArchiveWriter {
  readonly batches: number[] = [];
  onPut: (batch: readonly Article[]) => Promise<void> | void = () => {};
  readonly #store = new PlainStore();
  readonly #owner = new PlainWriter(this.#store, {
    ...createFakeEncoder(),
    encode: async (texts) => texts.map(() => undefined),
  });
  #writer = this.#owner.lend(() => {});

  get articles(): ReadonlyMap<string, Article> {
    return new Map([...this.#store.newest.articles].map(([id, { article }]) => [id, article]));
  }

  /** As whoever borrows a writer later: nothing has been put through it yet. */
  reborrow(): this {
    this.#writer = this.#owner.lend(() => {});
    return this;
  }

  async put(articles: readonly Article[]): Promise<PutResult> {
    await this.onPut(articles);
    this.batches.push(articles.length);
    return this.#writer.put(articles);
  }

  remove(ids: readonly string[]): Promise<number> {
    return this.#writer.remove(ids);
  }

  knowShare(share: number): void {
    this.#writer.knowShare(share);
  }

  finish(): Promise<FinishReport> {
    return this.#writer.finish();
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}
