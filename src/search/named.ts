import type { StoredArticle } from "../local/read/snapshot.ts";
import type { RowSpace } from "../local/search/row-space.ts";
import { meanVector } from "../local/search/semantic.ts";
import type { RankedPlace } from "../local/search/top-rows.ts";
import { lettersOf } from "../text/letters.ts";
import type { ArticleReads } from "./hits.ts";

/** Fewer letters make a topic rather than a headline. */
const LEAST_LETTERS = 8;
/** A longer text is no headline. */
const MOST_UNITS = 500;
/** Of its pairs of letters and those of the headline, so many are the same (Dice): a site's name at the end does not matter. */
const LEAST_SHARED = 0.8;
/** An article with a shorter text says no more than its headline. */
const LEAST_BODY = 100;
/** An article is among the nearest to its own headline: so many are looked at. */
export const LOOKED_AT = 5;
/** Part of the article in what is then looked for by meaning; the rest is the headline's. */
const ARTICLE_SHARE = 0.7;

/** The article whose headline a query is. */
export interface Named {
  readonly place: number;
  readonly article: StoredArticle;
  /** Unit vector: what is looked for by meaning. */
  readonly vector: Float32Array;
}

/**
 * The article of which `query` is the headline, if it is among the nearest; these are asked for where the query is long enough.
 * Who pastes a headline looks for that article and for what has to do with it, and its text says better than its headline what
 * that is.
 */
export function findNamed(
  query: { readonly text: string; readonly vector: Float32Array },
  findNearest: () => readonly RankedPlace[],
  space: RowSpace,
  reads: Pick<ArticleReads, "at">,
): Named | undefined {
  if (query.text.length > MOST_UNITS) return undefined;
  const asked = lettersOf(query.text);
  if (asked.length < LEAST_LETTERS) return undefined;
  let best: { place: number; article: StoredArticle; shared: number } | undefined;
  for (const { place } of findNearest().slice(0, LOOKED_AT)) {
    const article = reads.at(place);
    if (article === undefined || article.body.length < LEAST_BODY || article.title.length > MOST_UNITS) continue;
    const shared = sharedPairs(asked, lettersOf(article.title));
    if (shared >= LEAST_SHARED && shared > (best?.shared ?? 0)) best = { place, article, shared };
  }
  const own = best && space.at(best.place, (segment, row) => segment.vector(row));
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
