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

/** An article with a shorter body says no more than its headline. */
const MIN_BODY_UNITS = 100;

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
  if (query.text.length > MAX_HEADLINE_UNITS) return undefined;
  const asked = lettersOf(query.text);
  if (asked.length < MIN_HEADLINE_LETTERS) return undefined;
  let best: { place: number; article: Article; shared: number } | undefined;
  for (const { place } of findNearest().slice(0, NAMED_CANDIDATES)) {
    const article = candidates.article(place);
    if (article === undefined || article.body.length < MIN_BODY_UNITS || article.title.length > MAX_HEADLINE_UNITS)
      continue;
    const shared = sharedPairs(asked, lettersOf(article.title));
    if (shared >= MIN_SHARED_PAIRS && shared > (best?.shared ?? 0)) best = { place, article, shared };
  }
  const own = best && candidates.vector(best.place);
  if (best === undefined || own === undefined) return undefined;
  const vector = meanVector([
    { vector: query.vector, weight: 1 - ARTICLE_SHARE },
    { vector: own, weight: ARTICLE_SHARE },
  ]);
  return { place: best.place, article: best.article, vector };
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
