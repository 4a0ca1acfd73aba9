import type { Article } from "../../archive/article.ts";
import { copyOverlap, openingOf } from "../../search/copies.ts";

/** Hashes that are kept of an article's shingles: their overlap is told to within some hundredths. */
const SKETCH_HASHES = 128;

/** Two copies have one of their first hashes in common, but for a few in ten thousand. */
const LOOKED_UP_HASHES = 8;

/**
 * The smallest hashes of an article's shingles (a bottom-k sketch, Broder 1997), by which its copies are known without its text: of two
 * sketches together, the share of the smallest hashes that stand in both is the share of shingles that both texts have.
 */
export interface ArticleSketch {
  /** Ascending, at most {@link SKETCH_HASHES}. */
  readonly hashes: Uint32Array;
  readonly hasTitle: boolean;
}

export function sketchArticle(article: Pick<Article, "title" | "body">): ArticleSketch {
  const { shingles, hasTitle } = openingOf(article);
  const hashes = Uint32Array.from(shingles.members, mix).sort();
  return { hashes: hashes.slice(0, SKETCH_HASHES), hasTitle };
}

/** Hashes by which copies of an article are looked up. */
export const lookedUpHashes = ({ hashes }: ArticleSketch): readonly number[] => [
  ...hashes.subarray(0, LOOKED_UP_HASHES),
];

/** Whether two articles are copies of each other, by the rule of search/copies.ts. */
export const areSketchesOfCopies = (a: ArticleSketch, b: ArticleSketch): boolean =>
  overlap(a.hashes, b.hashes) >= copyOverlap(a, b);

function overlap(a: Uint32Array, b: Uint32Array): number {
  let [shared, all, atA, atB] = [0, 0, 0, 0];
  while (all < SKETCH_HASHES && (atA < a.length || atB < b.length)) {
    const [ofA, ofB] = [a[atA] ?? Number.POSITIVE_INFINITY, b[atB] ?? Number.POSITIVE_INFINITY];
    if (ofA === ofB) shared++;
    if (ofA <= ofB) atA++;
    if (ofB <= ofA) atB++;
    all++;
  }
  return all === 0 ? 0 : shared / all;
}

/** MurmurHash3 fmix32: hashes of similar shingles are not near each other. */
function mix(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
