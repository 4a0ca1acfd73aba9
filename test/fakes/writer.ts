import { setImmediate } from "node:timers/promises";
import type { Article } from "../../src/archive/article.ts";
import type { ArchiveWriter, FinishReport, PutResult, TakenPlace } from "../../src/archive/writer.ts";

/** A writer that keeps articles in a map, for tests. `onPut` runs before a batch is stored and may throw. */
export class MemoryWriter implements ArchiveWriter {
  readonly articles = new Map<string, Article>();
  readonly batches: number[] = [];
  onPut: (batch: readonly Article[]) => Promise<void> | void = () => {};

  async put(articles: readonly Article[]): Promise<PutResult> {
    await this.onPut(articles);
    await setImmediate();
    this.batches.push(articles.length);
    const newest = new Map(articles.map((article) => [article.id, article]));
    let added = 0;
    let updated = 0;
    const fromElsewhere: TakenPlace[] = [];
    for (const [id, article] of newest) {
      const old = this.articles.get(id);
      if (old === undefined) added++;
      else if (JSON.stringify(old) !== JSON.stringify(article)) {
        updated++;
        for (const [before, now] of [
          [old.source, article.source],
          [old.url, article.url],
        ]) {
          if (before === undefined || now === undefined || before === now) continue;
          fromElsewhere.push({ id, before, now });
          break;
        }
      }
      this.articles.set(id, article);
    }
    const unchanged = newest.size - added - updated;
    return { added, updated, unchanged, ...(fromElsewhere.length > 0 ? { fromElsewhere } : {}) };
  }

  async remove(ids: readonly string[]): Promise<number> {
    return ids.filter((id) => this.articles.delete(id)).length;
  }

  knowShare(): void {}

  async finish(): Promise<FinishReport> {
    return { withoutVector: 0, isComplete: true };
  }

  async compact(): Promise<void> {}
  async close(): Promise<void> {}
}
