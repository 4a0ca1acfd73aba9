import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Hit } from "../archive/result.ts";
import { LruMap } from "../collections/lru-map.ts";
import type { Reranker } from "../encoder/reranker.ts";

/** Scores that are kept, of all queries together. */
const KEPT_SCORES = 20_000;
/** Lists that are read at a time. They share the model: with more, none would be done before its time is up. */
const MAX_LISTS = 4;

/** What a re-ranker made of a list within its time. */
export interface ScoredHits {
  /** One for each hit; undefined where it was not read or held nothing to read. */
  readonly scores: readonly (number | undefined)[];
  /** Whether every hit was read. */
  readonly isComplete: boolean;
}

export interface ScoreHitsOptions {
  readonly budgetMs: number;
  readonly signal?: AbortSignal | undefined;
}

export type ScoreHits = (query: string, hits: readonly Hit[], options: ScoreHitsOptions) => Promise<ScoredHits>;

/** What is read of a hit: its title and the passage that holds most of the query. */
export const textOf = ({ title, snippet }: Pick<Hit, "title" | "snippet">): string =>
  [title, snippet.text].filter((text) => text !== "").join("。");

/**
 * Lets a re-ranker read the hits of lists, from the first on, a few at a time; scores are kept. When the time is up the rest is not
 * waited for. Rejects as {@link Reranker.score}.
 */
export function createScoreHits(reranker: Reranker): ScoreHits {
  const known = new LruMap<{ readonly score: number | undefined }>({ maxWeight: KEPT_SCORES });
  let lists = 0;

  const read = async (query: string, hits: readonly Hit[], signal: AbortSignal): Promise<void> => {
    const unread = hits.filter((hit) => known.get(keyOf(query, hit)) === undefined);
    for (let start = 0; start < unread.length; start += reranker.batchTexts) {
      signal.throwIfAborted();
      const batch = unread.slice(start, start + reranker.batchTexts);
      const scores = await reranker.score(query, batch.map(textOf), { signal });
      batch.forEach((hit, index) => {
        known.set(keyOf(query, hit), { score: scores[index] });
      });
    }
  };

  return async (query, hits, { budgetMs, signal }) => {
    const isUnread = hits.some((hit) => known.get(keyOf(query, hit)) === undefined);
    if (isUnread && lists < MAX_LISTS) {
      lists++;
      const stop = new AbortController();
      const given = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
      const reading = read(query, hits, given).finally(() => {
        lists--;
      });
      try {
        await Promise.race([reading, delay(budgetMs, undefined, { signal: given, ref: false })]);
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        stop.abort();
        // What is being read when the time is up is kept when it comes, and nobody waits for it.
        reading.catch(() => undefined);
      }
    }
    const found = hits.map((hit) => known.get(keyOf(query, hit)));
    return { scores: found.map((one) => one?.score), isComplete: found.every((one) => one !== undefined) };
  };
}

/** Short, whatever the texts: an article's text may change, and stand in two archives. */
const keyOf = (query: string, hit: Hit): string =>
  createHash("sha256")
    .update(JSON.stringify([query, hit.id, textOf(hit)]))
    .digest("base64")
    .slice(0, 24);
