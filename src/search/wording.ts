import type { Article } from "../archive/article.ts";
import { PairTable } from "../collections/pair-table.ts";
import { LENGTH_SHARE, REPETITION } from "./bm25.ts";
import type { Candidates } from "./candidates.ts";
import { compareRanks, type RankedPlace } from "./ranked.ts";
import { addTerms, countTerms, type TermCounts } from "./term-counts.ts";

/** Room for the terms of most articles. */
const TERMS_AT_FIRST = 1024;

/** What a cosine of 1 counts beside sharing the most words, which counts 1. Measured: docs/EVALUATION.md. */
const COSINE_SHARE = 1;

/** An article that others are compared with; its place where it is among them. */
export interface Exemplar {
  readonly article: Pick<Article, "title" | "body">;
  readonly place?: number;
}

/**
 * Orders articles that are near to one by the words that they share with it: `score` becomes {@link sharedWording} +
 * {@link COSINE_SHARE} × cosine.
 */
export function rankByWording(
  article: Exemplar["article"],
  near: readonly RankedPlace[],
  candidates: Pick<Candidates, "article" | "countTerms">,
): RankedPlace[] {
  const [shared = []] = sharedWording(
    [{ article }],
    near.map(({ place }) => place),
    candidates,
  );
  return near
    .map((ranked, index) => ({ ...ranked, score: (shared[index] as number) + COSINE_SHARE * ranked.score }))
    .sort(compareRanks);
}

/**
 * For each of `ones` the words that articles share with it, 0…1: BM25 with all its terms as the query, by the best one's of the
 * others. How telling a term is, is measured among these articles alone: what all of them say tells none of them apart, and no
 * index is asked. Each text is read once.
 */
export function sharedWording(
  ones: readonly Exemplar[],
  near: readonly number[],
  candidates: Pick<Candidates, "article" | "countTerms">,
): number[][] {
  const terms = new Terms();
  for (const [one, { article }] of ones.entries()) terms.add(article, 1 << one);
  const { counts, lengths } =
    candidates.countTerms?.(near, terms.table) ??
    countTerms(
      near.map((place) => candidates.article(place)),
      terms.table,
    );
  const wholeLength = lengths.reduce((sum, length) => sum + length, 0);
  const averageLength = Math.max(1, wholeLength / near.length);
  const found = { terms, counts, idf: measureIdf(counts, terms.size, near.length), lengths, averageLength };
  return ones.map(({ place }, one) => shareOfBest(scoresOf(1 << one, found), near, place));
}

/** The terms of some articles, and what is known of them among others. */
interface SharedTerms extends TermCounts {
  readonly terms: Terms;
  readonly idf: Float64Array;
  readonly averageLength: number;
}

/** How telling each term is among so many articles. */
function measureIdf(counts: Uint16Array, terms: number, articles: number): Float64Array {
  const idf = new Float64Array(terms);
  for (let term = 0; term < terms; term++) {
    let holding = 0;
    for (let at = term; at < counts.length; at += terms) if ((counts[at] as number) > 0) holding++;
    idf[term] = Math.log(1 + (articles - holding + 0.5) / (holding + 0.5));
  }
  return idf;
}

/** BM25 of each article with the terms of one as the query. */
function scoresOf(owner: number, { terms, counts, idf, lengths, averageLength }: SharedTerms): number[] {
  const scores: number[] = [];
  for (let index = 0; index < lengths.length; index++) {
    const norm = REPETITION * (1 - LENGTH_SHARE + (LENGTH_SHARE * (lengths[index] as number)) / averageLength);
    let score = 0;
    for (let term = 0; term < terms.size; term++) {
      const count = counts[index * terms.size + term] as number;
      if (count > 0 && terms.isOf(term, owner)) score += ((idf[term] as number) * count) / (count + norm);
    }
    scores.push(score);
  }
  return scores;
}

/** Scores by the best of them, that of the article itself left out. */
function shareOfBest(scores: readonly number[], places: readonly number[], own: number | undefined): number[] {
  let best = Number.MIN_VALUE;
  for (let index = 0; index < scores.length; index++)
    if (places[index] !== own) best = Math.max(best, scores[index] as number);
  const shares: number[] = [];
  for (const score of scores) shares.push(Math.min(1, score / best));
  return shares;
}

/** The terms of several texts, and which of them each stands in. */
class Terms {
  readonly table = new PairTable(TERMS_AT_FIRST);
  /** Bits of the texts that each stands in. */
  readonly #owners: number[] = [];

  get size(): number {
    return this.table.size;
  }

  /** `owner`: the bit of the article. */
  add(article: Exemplar["article"], owner: number): void {
    for (const term of addTerms(article, this.table)) this.#owners[term] = (this.#owners[term] ?? 0) | owner;
  }

  isOf(term: number, owner: number): boolean {
    return ((this.#owners[term] as number) & owner) !== 0;
  }
}
