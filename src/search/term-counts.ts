import type { Article } from "../archive/article.ts";
import { PairTable } from "../collections/pair-table.ts";
import { fold } from "../text/fold.ts";
import { scanTerms } from "../text/terms.ts";

/** Characters of each article that are compared, the title first. */
const COMPARED_UNITS = 2000;

/** How often some articles have some terms. */
export interface TermCounts {
  /** Of each term, article by article; a term's place is its number in the table. */
  readonly counts: Uint16Array;
  /** Terms of each article, those that are not asked about too. */
  readonly lengths: readonly number[];
}

/** Counts terms in the beginnings of articles; one that is gone has none. */
export function countTerms(
  articles: readonly (Pick<Article, "title" | "body"> | undefined)[],
  terms: PairTable,
): TermCounts & { readonly counts: Uint16Array<ArrayBuffer> } {
  const counts = new Uint16Array(articles.length * terms.size);
  const lengths: number[] = [];
  for (const article of articles) {
    const from = lengths.length * terms.size;
    const own = counts.subarray(from, from + terms.size);
    lengths.push(article === undefined ? 0 : scanner.count(openingOf(article), terms, own));
  }
  return { counts, lengths };
}

/** Adds the terms of the beginning of an article to others; returns their numbers, some of them more than once. */
export const addTerms = (article: Pick<Article, "title" | "body">, terms: PairTable): readonly number[] =>
  scanner.add(openingOf(article), terms);

/** The beginning of an article, folded, which may make it several times as long. */
const openingOf = ({ title, body }: Pick<Article, "title" | "body">): string =>
  fold(`${title}\n${body.slice(0, COMPARED_UNITS)}`.slice(0, COMPARED_UNITS));

/**
 * Goes through the terms of texts, but for the last character of a run, which stands for no pair. One for a thread: a function that is made
 * for each search is compiled for each few of them.
 */
class TermScanner {
  #terms = NO_TERMS;
  #numbers: number[] = [];
  #counts = NO_COUNTS;
  #length = 0;

  /** Adds the terms of a text to others; returns their numbers. */
  add(folded: string, terms: PairTable): readonly number[] {
    const numbers: number[] = [];
    this.#terms = terms;
    this.#numbers = numbers;
    scanTerms(folded, this.#add);
    this.#terms = NO_TERMS;
    this.#numbers = [];
    return numbers;
  }

  /** Counts in `counts` how often a text has each of some terms; returns how many terms it has, repeats included. */
  count(folded: string, terms: PairTable, counts: Uint16Array<ArrayBuffer>): number {
    this.#terms = terms;
    this.#counts = counts;
    this.#length = 0;
    scanTerms(folded, this.#count);
    this.#terms = NO_TERMS;
    this.#counts = NO_COUNTS;
    return this.#length;
  }

  readonly #add = (high: number, low: number): void => {
    if (high !== 0 || (low & 0xffff) !== 0) this.#numbers.push(this.#terms.add(high, low));
  };

  readonly #count = (high: number, low: number): void => {
    if (high === 0 && (low & 0xffff) === 0) return;
    this.#length++;
    const term = this.#terms.find(high, low);
    if (term >= 0) this.#counts[term] = (this.#counts[term] as number) + 1;
  };
}

const NO_TERMS = new PairTable(0);
const NO_COUNTS = new Uint16Array();
const scanner = new TermScanner();
