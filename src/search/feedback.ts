/**
 * Pseudo-relevance feedback: the best articles of a ranking say more about what is looked for than the query does. How much each
 * part counts was chosen by measurement: docs/EVALUATION.md. Who is reordered depends on the ranking alone, never on how many hits
 * are asked for, so pages of one query do not overlap.
 */

import type { RowSpace } from "../local/search/row-space.ts";
import { cosineAt, dotProduct, meanVector } from "../local/search/semantic.ts";
import { compareRanks, type RankedPlace } from "../local/search/top-rows.ts";
import type { ArticleReads } from "./hits.ts";
import type { Named } from "./named.ts";
import { sharedWording } from "./wording.ts";

/** So many of the best are listened to… */
const BEST = 3;
/** …if their mean cosine with each other is over this, fully from the second on: then they speak of one thing. */
const APART = 0.4;
const AT_ONE = 0.7;
/** A cosine of 1 with their mean adds so much to a score, of so many of the first. */
const MEANING_SHARE = 0.2;
const MEANING_REORDERED = 100;
/** Most words shared with them adds so much, of so many of the first: each text is read, most of them for the page anyway. */
const WORDING_SHARE = 0.1;
const WORDING_REORDERED = 20;
/** The same where the query names an article. */
const NAMED_WORDING_SHARE = 0.6;
const NAMED_REORDERED = 100;

export interface FeedbackContext {
  readonly space: RowSpace;
  readonly reads: Pick<ArticleReads, "at">;
  /** Of two articles that have nothing to do with each other. */
  readonly typicalCosine: number;
}

/**
 * Brings forward what is like the best three, in meaning and words, as far as these are like each other. The best one stays first:
 * where one article alone answers, it mostly is that one.
 */
export function likeTheBest(ranking: readonly RankedPlace[], context: FeedbackContext): readonly RankedPlace[] {
  const { space, reads, typicalCosine } = context;
  const best = ranking.slice(0, BEST).flatMap(({ place, score }) => {
    const vector = space.at(place, (segment, row) => segment.vector(row));
    return vector === undefined ? [] : [{ place, weight: score, vector }];
  });
  if (best.length < BEST || ranking.length === BEST) return ranking;
  const agreement = (meanCosine(best.map(({ vector }) => vector)) - typicalCosine) / (1 - typicalCosine);
  const trust = Math.min(1, (agreement - APART) / (AT_ONE - APART));
  const total = best.reduce((sum, { weight }) => sum + weight, 0);
  if (!(trust > 0 && total > 0)) return ranking;
  const mean = meanVector(best);
  const additions = new Float64Array(ranking.length);
  for (const [index, { place }] of ranking.slice(0, MEANING_REORDERED).entries())
    additions[index] = MEANING_SHARE * Math.max(0, cosineAt(mean, space, place) ?? 0);
  const first = ranking.slice(0, WORDING_REORDERED);
  const ones = best.flatMap(({ place, weight }) => {
    const article = reads.at(place);
    return article === undefined ? [] : [{ place, article, share: (WORDING_SHARE * weight) / total }];
  });
  for (const [one, shared] of sharedWording(ones, first, reads).entries())
    for (const [index, share] of shared.entries())
      additions[index] = (additions[index] as number) + (ones[one]?.share ?? 0) * share;
  additions[0] = Math.max(...additions);
  return ranking
    .map((ranked, index) => ({ ...ranked, score: ranked.score + trust * (additions[index] as number) }))
    .sort(compareRanks);
}

/** The article that the query names first, then those of the first hundred that share most words with it. */
export function likeNamed(
  ranking: readonly RankedPlace[],
  { place: own, article }: Named,
  reads: Pick<ArticleReads, "at">,
): readonly RankedPlace[] {
  const others = ranking.filter(({ place }) => place !== own);
  const first = others.slice(0, NAMED_REORDERED);
  const [shared = []] = sharedWording([{ article }], first, reads);
  return [
    // No other reaches as much.
    ...ranking.filter(({ place }) => place === own).map((ranked) => ({ ...ranked, score: ranked.score + 1 })),
    ...first
      .map((ranked, index) => ({ ...ranked, score: ranked.score + NAMED_WORDING_SHARE * (shared[index] as number) }))
      .sort(compareRanks),
    ...others.slice(NAMED_REORDERED),
  ];
}

function meanCosine(vectors: readonly Float32Array[]): number {
  let sum = 0;
  let pairs = 0;
  for (const [index, vector] of vectors.entries()) {
    for (const other of vectors.slice(index + 1)) {
      sum += dotProduct(vector, other);
      pairs++;
    }
  }
  return sum / pairs;
}
