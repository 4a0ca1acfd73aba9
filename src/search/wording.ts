import type { Article } from "../archive/article.ts";
import { PairTable } from "../collections/pair-table.ts";
import { fold } from "../text/fold.ts";
import { scanTerms } from "../text/terms.ts";
import { LENGTH_SHARE, REPETITION } from "./bm25.ts";
import type { Candidates } from "./candidates.ts";
import { compareRanks, type RankedPlace } from "./ranked.ts";

/** Characters of each article that are compared, the title first. */
const COMPARED_UNITS = 2000;

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
  candidates: Pick<Candidates, "article">,
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
  candidates: Pick<Candidates, "article">,
): number[][] {
  const openings = ones.map(({ article }) => openingOf(article));
  const terms = new Terms(openings.reduce((sum, { length }) => sum + length, 0));
  for (const [one, opening] of openings.entries()) scanner.addAll(opening, terms, 1 << one);
  const counts = new Uint16Array(near.length * terms.size);
  const lengths: number[] = [];
  let wholeLength = 0;
  for (const place of near) {
    const neighbour = candidates.article(place);
    const from = lengths.length * terms.size;
    const own = counts.subarray(from, from + terms.size);
    const length = neighbour === undefined ? 0 : scanner.count(openingOf(neighbour), terms, own);
    lengths.push(length);
    wholeLength += length;
  }
  const averageLength = Math.max(1, wholeLength / near.length);
  const found = { terms, counts, idf: measureIdf(counts, terms.size, near.length), lengths, averageLength };
  return ones.map(({ place }, one) => shareOfBest(scoresOf(1 << one, found), near, place));
}

/** The terms of some articles, and what is known of them among others. */
interface SharedTerms {
  readonly terms: Terms;
  /** How often each article has each term, article by article. */
  readonly counts: Uint16Array;
  readonly idf: Float64Array;
  /** Terms of each article, those that are not shared too. */
  readonly lengths: readonly number[];
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

/** The beginning of an article, folded, which may make it several times as long. */
const openingOf = ({ title, body }: Exemplar["article"]): string =>
  fold(`${title}\n${body.slice(0, COMPARED_UNITS)}`.slice(0, COMPARED_UNITS));

/**
 * Goes through the terms of texts, but for the last character of a run, which stands for no pair. One for a thread: a function that is made
 * for each search is compiled for each few of them.
 */
class TermScanner {
  #terms = NO_TERMS;
  #owners = 0;
  #counts = NO_COUNTS;
  #length = 0;

  /** Adds the terms of a text to others, with the bits of its owner. */
  addAll(folded: string, terms: Terms, owners: number): void {
    this.#terms = terms;
    this.#owners = owners;
    scanTerms(folded, this.#add);
    this.#terms = NO_TERMS;
  }

  /** Counts in `counts` how often a text has each of some terms; returns how many terms it has, repeats included. */
  count(folded: string, terms: Terms, counts: Uint16Array<ArrayBuffer>): number {
    this.#terms = terms;
    this.#counts = counts;
    this.#length = 0;
    scanTerms(folded, this.#count);
    this.#terms = NO_TERMS;
    this.#counts = NO_COUNTS;
    return this.#length;
  }

  readonly #add = (high: number, low: number): void => {
    if (high !== 0 || (low & 0xffff) !== 0) this.#terms.add(high, low, this.#owners);
  };

  readonly #count = (high: number, low: number): void => {
    if (high === 0 && (low & 0xffff) === 0) return;
    this.#length++;
    const term = this.#terms.indexOf(high, low);
    if (term >= 0) this.#counts[term] = (this.#counts[term] as number) + 1;
  };
}

/** The terms of several texts, and which of them each stands in. */
class Terms {
  readonly #table: PairTable;
  readonly #owners: Int32Array;

  /** @param most terms that will be added at most */
  constructor(most: number) {
    this.#table = new PairTable(most);
    this.#owners = new Int32Array(most);
  }

  get size(): number {
    return this.#table.size;
  }

  /** `owners`: bits that are set beside those it has. */
  add(high: number, low: number, owners: number): void {
    const term = this.#table.add(high, low);
    this.#owners[term] = (this.#owners[term] as number) | owners;
  }

  /** Its number, or −1. */
  indexOf(high: number, low: number): number {
    return this.#table.find(high, low);
  }

  isOf(term: number, owner: number): boolean {
    return ((this.#owners[term] as number) & owner) !== 0;
  }
}

const NO_TERMS = new Terms(0);
const NO_COUNTS = new Uint16Array();
const scanner = new TermScanner();
