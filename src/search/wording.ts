import type { StoredArticle } from "../archive/archive.ts";
import { fold } from "../text/fold.ts";
import { scanTerms } from "../text/terms.ts";
import type { ArticleReads } from "./hits.ts";
import { compareRanks, type RankedPlace } from "./top-rows.ts";

/** Of each article so many characters are compared, the title first. */
const COMPARED_UNITS = 2000;
/** BM25, as in keyword.ts. */
const K1 = 1.2;
const B = 0.75;
/** A cosine of 1 counts so much of what sharing the most words counts. Measured: docs/EVALUATION.md. */
const COSINE_SHARE = 1;

/**
 * Orders articles that are near to one by the words that they share with it: `score` becomes {@link sharedWording} +
 * {@link COSINE_SHARE} × cosine.
 */
export function rankByWording(
  article: Pick<StoredArticle, "title" | "body">,
  near: readonly RankedPlace[],
  reads: Pick<ArticleReads, "at">,
): RankedPlace[] {
  const shared = sharedWording(article, near, reads);
  return near
    .map((ranked, index) => ({ ...ranked, score: (shared[index] as number) + COSINE_SHARE * ranked.score }))
    .sort(compareRanks);
}

/**
 * The words that articles share with one, 0…1: BM25 with all terms of that article as the query, by the best one's. How telling a
 * term is, is measured among these articles alone: what all of them say tells none of them apart, and no index is asked.
 */
export function sharedWording(
  article: Pick<StoredArticle, "title" | "body">,
  near: readonly Pick<RankedPlace, "place">[],
  reads: Pick<ArticleReads, "at">,
): number[] {
  const own = new Set(countTerms(article).counts.keys());
  const texts = near.map(({ place }) => {
    const neighbour = reads.at(place);
    return neighbour === undefined ? { counts: new Map<number, number>(), length: 0 } : countTerms(neighbour, own);
  });
  const holders = new Map<number, number>();
  for (const { counts } of texts) for (const term of counts.keys()) holders.set(term, (holders.get(term) ?? 0) + 1);
  const averageLength = Math.max(1, texts.reduce((sum, { length }) => sum + length, 0) / near.length);
  const scores = texts.map(({ counts, length }) => {
    const norm = K1 * (1 - B + (B * length) / averageLength);
    let score = 0;
    for (const [term, count] of counts) {
      const holding = holders.get(term) ?? 0;
      score += (Math.log(1 + (near.length - holding + 0.5) / (holding + 0.5)) * count) / (count + norm);
    }
    return score;
  });
  const best = Math.max(Number.MIN_VALUE, ...scores);
  return scores.map((score) => score / best);
}

/** How often each term stands in the beginning of an article (with `wanted`, only those), and how many terms there are. */
function countTerms(
  { title, body }: Pick<StoredArticle, "title" | "body">,
  wanted?: ReadonlySet<number>,
): { counts: Map<number, number>; length: number } {
  const counts = new Map<number, number>();
  let length = 0;
  scanTerms(fold(`${title}\n${body}`.slice(0, COMPARED_UNITS)), (high, low) => {
    // The last character of a run, which stands for no pair.
    if (high === 0 && (low & 0xffff) === 0) return;
    length++;
    // 53 bits of the key: a number can hold no more, and no two terms of some pages of text share them.
    const term = (high & 0x1fffff) * 2 ** 32 + low;
    if (wanted === undefined || wanted.has(term)) counts.set(term, (counts.get(term) ?? 0) + 1);
  });
  return { counts, length };
}
