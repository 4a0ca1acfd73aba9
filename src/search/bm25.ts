/** The two parameters of BM25, for every place that computes it. */

/** k1: how far the repetition of a term goes on to count. */
export const REPETITION = 1.2;

/** b: how much the length of an article is held against it, 0 not at all, 1 fully. */
export const LENGTH_SHARE = 0.75;
