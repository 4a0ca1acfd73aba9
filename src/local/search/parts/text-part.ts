import { PairTable } from "../../../collections/pair-table.ts";
import { type LeafNode, leafOf, type TextLeaf } from "../../../search/matching/text-leaf.ts";
import { countTerms, type TermCounts } from "../../../search/term-counts.ts";
import { foldText } from "../../../text/fold.ts";
import type { PartDoer } from "../../../threads/sharing/work-sharer.ts";
import type { Snapshot, StoredArticle } from "../../read/snapshot.ts";

/** Articles that are read one after the other; some 30 µs each. */
export const TEXTS_OF_PART = 4;

/** Articles that are to be read; a part is so many of them, and what comes of it the articles. */
export interface ReadTask {
  readonly kind: "read";
  readonly keys: readonly number[];
}

/** What of a list belongs to a part. */
export const partOf = <T>(list: readonly T[], index: number): readonly T[] =>
  list.slice(index * TEXTS_OF_PART, (index + 1) * TEXTS_OF_PART);

/** How many parts some articles make. */
export const partsOfTexts = (keys: readonly number[]): number => Math.ceil(keys.length / TEXTS_OF_PART);

export type ReadArticles = readonly (StoredArticle | undefined)[];

export const readForAnother =
  ({ keys }: ReadTask, snapshot: Snapshot): PartDoer =>
  (index) => ({ part: snapshot.reading(() => snapshot.articles(partOf(keys, index))) });

/** Articles in which terms are to be counted; a part is as in {@link ReadTask}, and what comes of it {@link CountedArticles}. */
export interface CountTask {
  readonly kind: "count";
  readonly keys: readonly number[];
  /** Both halves of each term, by its number. */
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
}

export interface CountedArticles extends TermCounts {
  readonly articles: ReadArticles;
}

export const toCountTask = (keys: readonly number[], { highs, lows, size }: PairTable): CountTask => ({
  kind: "count",
  keys,
  highs: highs.slice(0, size),
  lows: lows.slice(0, size),
});

export function countForAnother({ keys, highs, lows }: CountTask, snapshot: Snapshot): PartDoer {
  const terms = new PairTable(highs.length);
  for (let term = 0; term < highs.length; term++) terms.add(highs[term] as number, lows[term] as number);
  return (index) => {
    const articles = snapshot.reading(() => snapshot.articles(partOf(keys, index)));
    const counted = countTerms(articles, terms);
    const part: CountedArticles = { articles, ...counted };
    return { part, buffers: [counted.counts.buffer] };
  };
}

/** Whether articles hold something in their texts. */
export const holdEach = (
  { test, inTitle }: Pick<TextLeaf, "test" | "inTitle">,
  articles: ReadArticles,
): readonly boolean[] =>
  articles.map((article) => {
    const texts = article === undefined ? [] : inTitle ? [article.title] : [article.title, article.body];
    // Most texts hold it as it is; folding one costs more than reading it.
    return texts.some(test) || texts.some((text) => test(foldText(text)));
  });

/** Articles whose texts may hold something; a part is as in {@link ReadTask}, and what comes of it whether each does. */
export interface HoldTask {
  readonly kind: "hold";
  readonly node: LeafNode;
  readonly keys: readonly number[];
}

export function holdForAnother({ node, keys }: HoldTask, snapshot: Snapshot): PartDoer {
  const leaf = leafOf(node);
  return (index) => ({
    part: holdEach(
      leaf,
      snapshot.reading(() => snapshot.articles(partOf(keys, index))),
    ),
  });
}
