/**
 * Pseudo-relevance feedback: the best articles of a ranking say more about what is looked for than the query does. How much each
 * part counts was chosen by measurement: docs/EVALUATION.md. Who is reordered depends on the ranking alone, never on how many hits
 * are asked for, so pages of one query do not overlap.
 */

import type { Article } from "../archive/article.ts";
import type { Candidates } from "./candidates.ts";
import type { Named } from "./named.ts";
import { compareRanks, type RankedPlace } from "./ranked.ts";
import { dotProduct, meanVector } from "./unit-vectors.ts";
import { sharedWording } from "./wording.ts";

/** How many of the best articles are listened to. */
const BEST_ARTICLES = 3;

/** Mean cosine of the best articles with each other up to which they are not listened to: they speak of different things. */
const AGREEMENT_FLOOR = 0.4;

/** Mean cosine of the best articles with each other from which they are listened to fully: they speak of one thing. */
const FULL_AGREEMENT = 0.7;

/** What a cosine of 1 with the mean of the best articles adds to a score. */
const MEANING_SHARE = 0.2;

/** Articles of a ranking that are reordered by their meaning. */
const REORDERED_BY_MEANING = 100;

/** What sharing the most words with the best articles adds to a score. */
const WORDING_SHARE = 0.1;

/** Articles of a ranking that are reordered by their words; each text is read, most of them for the page anyway. */
const REORDERED_BY_WORDING = 20;

/** What sharing the most words with the article that the query names adds to a score. */
const NAMED_WORDING_SHARE = 0.6;

/** Articles of a ranking that are reordered by the words of the article that the query names. */
const REORDERED_BY_NAMED = 100;

export interface FeedbackContext {
  readonly candidates: Pick<Candidates, "vector" | "cosine" | "article" | "countTerms">;
  /** Cosine of two articles that have nothing to do with each other. */
  readonly typicalCosine: number;
}

/** One of the best, and the part of their votes that it has. */
interface Voter {
  readonly place: number;
  readonly vector: Float32Array;
  /** Its score. */
  readonly weight: number;
}

/**
 * Brings forward what is like the best three, in meaning and words, as far as these are like each other. The best one stays first:
 * where one article alone answers, it mostly is that one.
 */
export function likeTheBest(ranking: readonly RankedPlace[], context: FeedbackContext): readonly RankedPlace[] {
  const voters = ranking.slice(0, BEST_ARTICLES).flatMap(({ place, score }): Voter[] => {
    const vector = context.candidates.vector(place);
    return vector === undefined ? [] : [{ place, weight: score, vector }];
  });
  if (voters.length < BEST_ARTICLES || ranking.length === BEST_ARTICLES) return ranking;
  const trust = measureTrust(voters, context.typicalCosine);
  const total = voters.reduce((sum, { weight }) => sum + weight, 0);
  if (!(trust > 0 && total > 0)) return ranking;
  const additions = measureLikeness(ranking, voters, context);
  additions[0] = Math.max(...additions);
  const liked: RankedPlace[] = [];
  for (const { place, score, tieBreak, key } of ranking)
    liked.push({ place, score: score + trust * (additions[liked.length] as number), tieBreak, key });
  return liked.sort(compareRanks);
}

/** How far the best agree with each other: 1 fully, 0 or less not at all. */
function measureTrust(voters: readonly Voter[], typicalCosine: number): number {
  const agreement = (meanCosine(voters.map(({ vector }) => vector)) - typicalCosine) / (1 - typicalCosine);
  return Math.min(1, (agreement - AGREEMENT_FLOOR) / (FULL_AGREEMENT - AGREEMENT_FLOOR));
}

/** For each article of a ranking how much it is like the best, in points of a score. */
function measureLikeness(
  ranking: readonly RankedPlace[],
  voters: readonly Voter[],
  { candidates }: FeedbackContext,
): Float64Array {
  const likeness = new Float64Array(ranking.length);
  const mean = meanVector(voters);
  for (let index = 0; index < Math.min(ranking.length, REORDERED_BY_MEANING); index++)
    likeness[index] = MEANING_SHARE * Math.max(0, candidates.cosine(mean, (ranking[index] as RankedPlace).place) ?? 0);
  const total = voters.reduce((sum, { weight }) => sum + weight, 0);
  const exemplars = voters.flatMap(({ place, weight }) => {
    const article = candidates.article(place);
    return article === undefined ? [] : [{ place, article, share: (WORDING_SHARE * weight) / total }];
  });
  const first = ranking.slice(0, REORDERED_BY_WORDING).map(({ place }) => place);
  for (const [one, shared] of sharedWording(exemplars, first, candidates).entries())
    for (let index = 0; index < shared.length; index++)
      likeness[index] = (likeness[index] as number) + (exemplars[one]?.share ?? 0) * (shared[index] as number);
  return likeness;
}

/** The article that the query names first, then those of the first hundred that share most words with it. */
export function likeNamed(
  ranking: readonly RankedPlace[],
  { place: own, article }: { readonly place: Named["place"]; readonly article: Article },
  candidates: Pick<Candidates, "article" | "countTerms">,
): readonly RankedPlace[] {
  const others = ranking.filter(({ place }) => place !== own);
  const first = others.slice(0, REORDERED_BY_NAMED);
  const [shared = []] = sharedWording(
    [{ article }],
    first.map(({ place }) => place),
    candidates,
  );
  return [
    // No other reaches as much.
    ...ranking.filter(({ place }) => place === own).map((ranked) => ({ ...ranked, score: ranked.score + 1 })),
    ...first
      .map((ranked, index) => ({ ...ranked, score: ranked.score + NAMED_WORDING_SHARE * (shared[index] as number) }))
      .sort(compareRanks),
    ...others.slice(REORDERED_BY_NAMED),
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
