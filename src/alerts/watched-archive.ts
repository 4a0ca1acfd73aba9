/**
 * The port through which an archive is held against searches: its articles in the order in which they were stored, each under a number,
 * its sequence, that only grows. An article that is changed is stored again, under another.
 */
import type { Article } from "../archive/article.ts";
import type { TermStatistics } from "../search/matching/words.ts";
import type { SampledVectors } from "../search/nearness.ts";

export interface WatchedArchive {
  /** Names it: another archive in its place has another name. */
  readonly name: string;
  /** IANA zone in which its days begin. */
  readonly timezone: string;
  /** Sequence of the last article that was stored; 0 where none ever was. */
  head(): Promise<number>;
  /** The articles that follow a sequence and are still in the archive as they were stored, oldest first. */
  after(sequence: number, limit: number): Promise<Stretch>;
  /** The article at a sequence, if it is still in the archive as it was stored. */
  at(sequence: number): Promise<StoredArticle | undefined>;
  /** Edition of what stood at a sequence, whether it was replaced since or not; undefined where that is not known any more. */
  editionAt(sequence: number): Promise<string | undefined>;
  article(id: string): Promise<Article | undefined>;
  /** How common the terms of some queries are now; dispose it after use. */
  statistics(queries: readonly string[]): Promise<TermStatistics & Disposable>;
  /** Fingerprint of the encoder that made the vectors; a reindex changes it. */
  encoderFingerprint(): Promise<string>;
  /** Vectors of some articles, evenly spread over the archive, and how many it holds. */
  background(): Promise<SampledVectors>;
}

export interface Stretch {
  readonly articles: readonly StoredArticle[];
  /** The sequence up to which these are all; that which was asked from where nothing follows. */
  readonly to: number;
}

export interface StoredArticle {
  readonly sequence: number;
  readonly article: Article;
  /** Names its content: the same article with other words has another. */
  readonly edition: string;
  /** Unit vector; undefined where there is none. */
  readonly vector: Float32Array | undefined;
  /** It has no vector yet, and will get one. */
  readonly awaitsVector: boolean;
}
