import type { Article } from "../archive/article.ts";
import { lettersOf } from "../text/letters.ts";
import type { Candidates } from "./candidates.ts";
import type { RankedPlace } from "./ranked.ts";
import { meanVector } from "./unit-vectors.ts";

/** Queries with fewer letters are topics rather than headlines. */
const MIN_HEADLINE_LETTERS = 8;

/** Longer texts are no headlines, neither as a query nor as a title. */
const MAX_HEADLINE_UNITS = 500;

/** Share of pairs of letters that query and headline have in common (Dice); a site's name at the end does not matter. */
const MIN_SHARED_PAIRS = 0.8;

/** Numbers of folded letters: reports of a series, such as those of how many fell ill, have the same headline but for these. */
const NUMBERS = /\d+|[〇零一二两三四五六七八九十百千万亿]{2,}/g;

/** An article with a shorter body says no more than its headline. */
const MIN_BODY_UNITS = 100;

/** The best by words among which one with exactly this headline is looked for. */
const TITLED_CANDIDATES = 20;

/** Nearest articles among which the one with this headline is looked for. */
export const NAMED_CANDIDATES = 5;

/** Weight of the article's own vector in what is then looked for by meaning; the rest is the headline's. */
const ARTICLE_SHARE = 0.7;

/** The article whose headline a query is. */
export interface Named {
  readonly place: number;
  readonly article: Article;
  /** Unit vector: what is looked for by meaning. */
  readonly vector: Float32Array;
}

/**
 * The article of which `query` is the headline, if it is among the nearest; these are asked for where the query is long enough.
 * A reader who pastes a headline wants that article and what has to do with it, and its text says better than its headline what
 * that is.
 */
export function findNamed(
  query: { readonly text: string; readonly vector: Float32Array },
  findNearest: () => readonly RankedPlace[],
  candidates: Pick<Candidates, "article" | "vector">,
): Named | undefined {
  const asked = headlineLetters(query.text);
  if (asked === undefined) return undefined;
  let best: { place: number; article: Article; shared: number } | undefined;
  for (const { place } of findNearest().slice(0, NAMED_CANDIDATES)) {
    const article = candidates.article(place);
    if (!mayBeNamed(article)) continue;
    const title = lettersOf(article.title);
    const shared = sharedPairs(asked, title);
    if (shared >= MIN_SHARED_PAIRS && shared > (best?.shared ?? 0) && holdsNumbers(title, asked))
      best = { place, article, shared };
  }
  const own = best && candidates.vector(best.place);
  if (best === undefined || own === undefined) return undefined;
  const vector = meanVector([
    { vector: query.vector, weight: 1 - ARTICLE_SHARE },
    { vector: own, weight: ARTICLE_SHARE },
  ]);
  return { place: best.place, article: best.article, vector };
}

/** The article whose headline `text` is letter for letter, if it is among the best by words, best first; its siblings may be nearer in meaning. */
export function findTitled(
  text: string,
  byWords: readonly RankedPlace[],
  candidates: Pick<Candidates, "article">,
): Pick<Named, "place" | "article"> | undefined {
  const asked = headlineLetters(text);
  if (asked === undefined) return undefined;
  for (const { place } of byWords.slice(0, TITLED_CANDIDATES)) {
    const article = candidates.article(place);
    if (mayBeNamed(article) && lettersOf(article.title) === asked) return { place, article };
  }
  return undefined;
}

/** The letters of a query that may be a headline. */
function headlineLetters(text: string): string | undefined {
  const letters = text.length > MAX_HEADLINE_UNITS ? "" : lettersOf(text);
  return letters.length < MIN_HEADLINE_LETTERS ? undefined : letters;
}

const mayBeNamed = (article: Article | undefined): article is Article =>
  article !== undefined && article.body.length >= MIN_BODY_UNITS && article.title.length <= MAX_HEADLINE_UNITS;

/** Whether a title has every number that a query has; what it has beyond may have been cut off. */
function holdsNumbers(title: string, asked: string): boolean {
  const known = new Set(title.match(NUMBERS));
  return (asked.match(NUMBERS) ?? []).every((number) => known.has(number));
}

/** Dice's coefficient of the sets of pairs of letters, 0…1. */
function sharedPairs(a: string, b: string): number {
  const [left, right] = [pairsOf(a), pairsOf(b)];
  let shared = 0;
  for (const pair of left) if (right.has(pair)) shared++;
  return (2 * shared) / Math.max(1, left.size + right.size);
}

const pairsOf = (letters: string): Set<string> =>
  new Set(Array.from({ length: Math.max(0, letters.length - 1) }, (_, index) => letters.slice(index, index + 2)));
