import type { Article } from "../../archive/article.ts";
import { LENGTH_SHARE, REPETITION } from "../../search/bm25.ts";
import type { FoundTerm } from "../../search/matching/words.ts";
import { foldText } from "../../text/fold.ts";
import { scanTerms } from "../../text/terms.ts";
import { TITLE_WEIGHT } from "../index/to-document.ts";

/** A term counts up to so many times. */
const MAX_REPEATS = 63;

/** What BM25 approaches in an article that repeats every term of the query without end. */
export const keywordCeiling = (terms: readonly FoundTerm[]): number =>
  terms.reduce((sum, { idf }) => sum + idf * (REPETITION + 1), 0);

/**
 * BM25 of articles for some terms, from their texts: the cluster keeps how long an article is in one byte, so its own scores are a few
 * per cent off, which is enough to change the order of those that are close.
 */
export function createWordScorer(
  terms: readonly FoundTerm[],
  averageLength: number,
): (article: Pick<Article, "title" | "body">) => number {
  const byLow = new Map<number, { readonly high: number; readonly index: number }[]>();
  const byUnit = new Map<number, number>();
  for (const [index, { key }] of terms.entries()) {
    if (key.lastLow === undefined) byLow.set(key.low, [...(byLow.get(key.low) ?? []), { high: key.high, index }]);
    else byUnit.set(key.low >>> 16, index);
  }
  return ({ title, body }) => {
    const counts = new Uint32Array(terms.length);
    let length = 0;
    for (const [text, weight] of [
      [title, TITLE_WEIGHT],
      [body, 1],
    ] as const) {
      scanTerms(foldText(text), (high, low) => {
        length += weight;
        for (const term of byLow.get(low) ?? [])
          if (term.high === high) counts[term.index] = (counts[term.index] as number) + weight;
        const single = high === 0 ? byUnit.get(low >>> 16) : undefined;
        if (single !== undefined) counts[single] = (counts[single] as number) + weight;
      });
    }
    const norm = REPETITION * (1 - LENGTH_SHARE + (LENGTH_SHARE * Math.min(0xffff, length)) / averageLength);
    return terms.reduce((score, { idf }, index) => {
      const count = Math.min(MAX_REPEATS, counts[index] as number);
      return count === 0 ? score : score + (idf * (REPETITION + 1) * count) / (count + norm);
    }, 0);
  };
}
