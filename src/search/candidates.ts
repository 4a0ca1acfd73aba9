import type { Article } from "../archive/article.ts";
import type { PairTable } from "../collections/pair-table.ts";
import type { TermCounts } from "./term-counts.ts";

/** All that ranking and grouping ask of the articles that they put in order, by place: the part every engine can answer. */
export interface Candidates {
  /** The unit vector as stored; undefined without one. */
  vector(place: number): Float32Array | undefined;
  /** Cosine of a unit vector and the article's; undefined without one. Cheaper than {@link vector}. */
  cosine(query: Float32Array, place: number): number | undefined;
  /** −Infinity where none is known. */
  publishedAtMs(place: number): number;
  /** Undefined for an article that is gone. Reads the text: ask for few. */
  article(place: number): Article | undefined;
  /** Tells that the articles of these places will be asked for one after the other; an engine may read them together. Default: it does not. */
  readAhead?(places: readonly number[]): void;
  /** What {@link countTerms} makes of the articles of these places, where an engine counts in several threads. Default: they are read one by one. */
  countTerms?(places: readonly number[], terms: PairTable): TermCounts;
}

/** What grouping by event asks about the articles published around an instant, whether or not they match. */
export interface Contemporaries {
  /** Articles published within `spanMs` of the instant, those that were replaced since included. */
  countAround(instantMs: number, spanMs: number): number;
  /** Cosines of a unit vector and the articles published next before and after an instant, about `count` of them. */
  cosinesAround(vector: Float32Array, instantMs: number, count: number): number[];
}
