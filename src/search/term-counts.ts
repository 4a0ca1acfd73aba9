import type { Article } from "../archive/article.ts";
import type { PairTable } from "../collections/pair-table.ts";
import { fold } from "../text/fold.ts";
import { isLastOfRun, TermKeys } from "../text/terms.ts";

/** Characters of each article that are compared, the title first. */
const COMPARED_UNITS = 2000;

/** Those of the text at hand. */
const keys = new TermKeys();

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
    lengths.push(article === undefined ? 0 : countKeys(openingOf(article), terms, own));
  }
  return { counts, lengths };
}

/** Adds the terms of the beginning of an article to others; returns their numbers, some of them more than once. */
export function addTerms(article: Pick<Article, "title" | "body">, terms: PairTable): readonly number[] {
  const numbers: number[] = [];
  keys.read(openingOf(article));
  const { highs, lows, count } = keys;
  for (let index = 0; index < count; index++) {
    const high = highs[index] as number;
    const low = lows[index] as number;
    if (!isLastOfRun(high, low)) numbers.push(terms.add(high, low));
  }
  return numbers;
}

/** The beginning of an article, folded, which may make it several times as long. */
const openingOf = ({ title, body }: Pick<Article, "title" | "body">): string =>
  fold(`${title}\n${body.slice(0, COMPARED_UNITS)}`.slice(0, COMPARED_UNITS));

/** Counts in `counts` how often a text has each of some terms; returns how many terms it has, repeats included. */
function countKeys(folded: string, terms: PairTable, counts: Uint16Array<ArrayBuffer>): number {
  keys.read(folded);
  const { highs, lows, count } = keys;
  let length = 0;
  for (let index = 0; index < count; index++) {
    const high = highs[index] as number;
    const low = lows[index] as number;
    if (isLastOfRun(high, low)) continue;
    length++;
    const term = terms.find(high, low);
    if (term >= 0) counts[term] = (counts[term] as number) + 1;
  }
  return length;
}
