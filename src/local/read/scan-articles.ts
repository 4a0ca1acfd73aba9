import { setImmediate } from "node:timers/promises";
import type { Article } from "../../archive/article.ts";
import type { Snapshot } from "./snapshot.ts";
import { toArticle } from "./to-article.ts";

/** Articles that are in memory at a time. */
const BATCH_ARTICLES = 256;

/** Every live article of a snapshot, segment by segment. Others get a turn after each batch. */
export async function* scanArticles(snapshot: Snapshot, signal?: AbortSignal): AsyncGenerator<Article> {
  for (const { rows, articleKeys, live } of snapshot.segments) {
    const keys: number[] = [];
    for (let row = 0; row < rows; row++) if (live?.[row] !== 0) keys.push(articleKeys[row] ?? 0);
    for (let start = 0; start < keys.length; start += BATCH_ARTICLES) {
      await setImmediate();
      signal?.throwIfAborted();
      for (const stored of snapshot.articles(keys.slice(start, start + BATCH_ARTICLES))) {
        if (stored !== undefined) yield toArticle(stored);
      }
    }
  }
}
