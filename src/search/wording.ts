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
  for (const [one, opening] of openings.entries()) scanPairs(opening, (high, low) => terms.add(high, low, 1 << one));
  const counts = new Uint16Array(near.length * terms.size);
  const lengths = near.map((place, index) => {
    const neighbour = candidates.article(place);
    const base = index * terms.size;
    let length = 0;
    if (neighbour !== undefined) {
      scanPairs(openingOf(neighbour), (high, low) => {
        length++;
        const term = terms.indexOf(high, low);
        if (term >= 0) counts[base + term] = (counts[base + term] as number) + 1;
      });
    }
    return length;
  });
  const idf = Float64Array.from({ length: terms.size }, (_, term) => {
    let holding = 0;
    for (let at = term; at < counts.length; at += terms.size) if ((counts[at] as number) > 0) holding++;
    return Math.log(1 + (near.length - holding + 0.5) / (holding + 0.5));
  });
  const averageLength = Math.max(1, lengths.reduce((sum, length) => sum + length, 0) / near.length);
  return ones.map(({ place: own }, one) => {
    const scores = lengths.map((length, index) => {
      const norm = REPETITION * (1 - LENGTH_SHARE + (LENGTH_SHARE * length) / averageLength);
      let score = 0;
      for (let term = 0; term < terms.size; term++) {
        const count = counts[index * terms.size + term] as number;
        if (count > 0 && terms.isOf(term, 1 << one)) score += ((idf[term] as number) * count) / (count + norm);
      }
      return score;
    });
    const best = Math.max(Number.MIN_VALUE, ...scores.filter((_, index) => near[index] !== own));
    return scores.map((score) => Math.min(1, score / best));
  });
}

/** The beginning of an article, folded, which may make it several times as long. */
const openingOf = ({ title, body }: Exemplar["article"]): string =>
  fold(`${title}\n${body.slice(0, COMPARED_UNITS)}`.slice(0, COMPARED_UNITS));

/** Calls `found` with each term, repeats included, but for the last character of a run, which stands for no pair. */
function scanPairs(folded: string, found: (high: number, low: number) => void): void {
  scanTerms(folded, (high, low) => {
    if (high !== 0 || (low & 0xffff) !== 0) found(high, low);
  });
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
