/**
 * What a search sees of the engine: an archive is a set of immutable segments. Each holds rows ordered by publication time; a
 * row is one version of one article, with its vector and its keyword postings. A date range is thus a contiguous slice of every
 * segment. A snapshot is the list of segments at one commit, with the rows that later commits replaced marked dead.
 */
import type { Activity } from "../../archive/archive.ts";
import type { Article } from "../../archive/article.ts";
import type { RowRule } from "../../search/matching/match-rule.ts";
import type { TermKey } from "../../text/terms.ts";
import type { IdColumn, TimeColumn } from "../segment/kept-columns.ts";
import type { FolderInfo } from "../store/database.ts";

/** A term of a query and what it gives the rows that hold it. */
export interface WeighedTerm {
  readonly key: TermKey;
  /** BM25 of a row grows towards this with each time that the term stands there, up to 63 times; a key range is one term. */
  readonly weight: number;
  /** Set in the row's bits; 0…2³¹ − 1. */
  readonly bits: number;
}

/** Takes the rows that have the least weight, and keeps the best of them. */
export interface BestTaker {
  /** Rows that score lower need not be offered. */
  readonly floor: number;
  offer(row: number, score: number): void;
}

export interface TermSearch {
  /** Rows [from, to) of the segment. */
  readonly from: number;
  readonly to: number;
  /** One byte per row of the segment, 0 = leave out; undefined lets all through. */
  readonly allow?: Uint8Array | undefined;
  /** Distinct. */
  readonly terms: readonly WeighedTerm[];
  /** BM25's length norm is flat + perTerm × termCounts[row]. */
  readonly flat: number;
  readonly perTerm: number;
  readonly rule: RowRule;
  /** Added to the rows of the result: what numbers the rows of several segments through. */
  readonly base: number;
  /** Every row of the range matches. */
  readonly everything: boolean;
  /** Rows of the range that match whatever they hold, ascending. */
  readonly chosen: ArrayLike<number>;
  /** Bits that rows of the range have beside those of their terms: what was found out about them in another way. */
  readonly given?: readonly GivenBits[] | undefined;
  /** Offered the live and allowed rows of the least weight, in order; undefined: not asked for. */
  readonly best?: BestTaker | undefined;
}

/** Which rows of a segment are asked about. */
export type HoldingRange = Pick<TermSearch, "from" | "to" | "allow">;

/** Rows of a segment that have some bits in a {@link TermSearch}. */
export interface GivenBits {
  readonly rows: ArrayLike<number>;
  readonly bits: number;
}

/** Matching rows, live and allowed, ascending, `base` added, with their BM25: the sum over terms of weight × f / (f + norm), as float32. */
export interface TermMatches {
  readonly rows: Uint32Array;
  readonly scores: Float32Array;
  /** The bits of a row of the range, without that of a chosen one. */
  bitsAt(row: number): number;
  /** BM25 of a row of the range, whether it matches or not. */
  scoreAt(row: number): number;
}

export interface NearestOptions {
  /** Rows [from, to) of the segment. */
  readonly from: number;
  readonly to: number;
  /** One byte per row of the segment, 0 = leave out; undefined lets all through. */
  readonly allow?: Uint8Array | undefined;
  readonly limit: number;
  /** Rows that the codes choose of all segments, of which each vector is read; default: a thousand, and one more for each result. */
  readonly candidates?: number | undefined;
  /** Every row whose code scores as much is to be told, however many they are; default: none is. */
  readonly floor?: number | undefined;
  /** One for all the segments that a query is looked for in; see {@link SegmentView.scanCodes}. */
  readonly pool?: CandidatePool | undefined;
}

/** How well the candidates of one query score in the segments looked at so far; begins as an empty object. */
export interface CandidatePool {
  /** How many candidates had each score. */
  counts?: Uint32Array;
  /** Rows that score as much as the worst of the best are found too: segments before these may have none. Default: false. */
  readonly keepsTies?: boolean;
}

/** Rows, ascending, and what their codes score; see {@link SegmentView.codeScores}. */
export interface ScoredRows {
  readonly rows: Uint32Array;
  readonly scores: Uint32Array;
}

/** What the codes of a range say. Plain data: another thread may have found it. */
export interface CodeFindings {
  /** All live and allowed rows of the range whose codes score at least the floor that was given. */
  readonly above: ScoredRows;
  /** The rows whose vectors are to be compared; undefined where they are so few that all of the range are. */
  readonly candidates: ScoredRows | undefined;
}

/** Which rows of a segment are compared with a unit vector, and how many of them are wanted. */
export interface CompareOptions extends Pick<NearestOptions, "from" | "to" | "allow" | "limit"> {
  /** Rows of the range, ascending; undefined: all that are live and allowed. */
  readonly rows: Uint32Array | undefined;
}

/** How many of the nearest are wanted, and looked at; both at most what was prepared. */
export interface FewNearest {
  readonly limit: number;
  /** Rows that the codes choose of all segments, of which each vector is read; in narrow ranges all are. */
  readonly candidates: number;
}

export interface NearestRow {
  readonly row: number;
  /** Cosine, −1…1. */
  readonly similarity: number;
}

export interface SegmentView {
  readonly id: number;
  readonly rows: number;
  /** Ascending; undated rows come first as -Infinity. Length `rows`. */
  readonly publishedAtMs: TimeColumn;
  /** Into `snapshot.sources` / `snapshot.categories`; 0 = none. Length `rows`. */
  readonly sourceIds: IdColumn;
  readonly categoryIds: IdColumn;
  /** Keyword terms per row, title counted extra; for BM25's length norm. Length `rows`. */
  readonly termCounts: Uint16Array;
  /** Key of each row's article, for {@link Snapshot.articles}. Length `rows`. */
  readonly articleKeys: Uint32Array;
  /** One byte per row, 0 = replaced or removed; undefined when every row is live. */
  readonly live: Uint8Array | undefined;
  /** Rows that hold the term, dead ones included; an upper bound for a key range. */
  documentFrequency(term: TermKey): number;
  /** The rows that match by the terms they hold. Valid until the next call on any segment of the reader. */
  matchTerms(search: TermSearch): TermMatches;
  /**
   * The live and allowed rows that hold all of some terms, ascending, valid until the next call on any segment of the reader; undefined where
   * one is a key range, for {@link matchTerms} to tell.
   */
  rowsHolding(keys: readonly TermKey[], range: HoldingRange): Uint32Array | undefined;
  /** The rows nearest to a unit vector, best first, ties by row; dead rows and rows without a vector never appear. */
  nearest(query: Float32Array, options: NearestOptions): NearestRow[];
  /**
   * How near some rows that have vectors are by their codes: whole numbers, the same in every kernel, that depend on query and
   * row alone.
   */
  codeScores(query: Float32Array, rows: readonly number[]): number[];
  /** What of a row's code a sample is drawn by; undefined without a vector. See {@link codeWordOf}. */
  codeWord(row: number): number | undefined;
  /**
   * The first of two steps to {@link nearest}, for a query that looks in several segments: scan the codes of them all with one pool, then
   * compare what is left of the candidates. Rows that are not among the best candidates of all segments are then never read.
   */
  scanCodes(query: Float32Array, options: NearestOptions): CodeFindings;
  /** The second step: reads vectors. As many as are wanted, nearest first, ties by row. */
  compare(query: Float32Array, options: CompareOptions): NearestRow[];
  /** Cosine of a unit vector and the row's vector as stored, or undefined when it has none. Cheaper than {@link vector}. */
  similarity(query: Float32Array, row: number): number | undefined;
  /** Numbers of a vector. */
  readonly dimensions: number;
  /** The unit vector of a row as stored (int8 precision), or undefined when it has none; `into`: the array to write it to. */
  vector(row: number, into?: Float32Array): Float32Array | undefined;
}

export interface StoredArticle extends Article {
  readonly key: number;
}

export interface Snapshot extends Disposable {
  /** Names it; the same name gives the same results. */
  readonly name: string;
  /** Fingerprint of the encoder that made the vectors; `wenxun reindex` changes it while an archive is open. */
  readonly encoderFingerprint: string;
  /** Version of the fold that made the terms; see FOLD_VERSION. */
  readonly foldVersion: number;
  /** Live articles. */
  readonly articleCount: number;
  /** Sum of termCounts over live and dead rows, for BM25's average length. */
  readonly totalTermCount: number;
  readonly segments: readonly SegmentView[];
  /** Index = id; entry 0 is the empty string. */
  readonly sources: readonly string[];
  readonly categories: readonly string[];
  /** Does something, synchronously, that reads many articles: inside, each takes half as long. */
  reading<T>(work: () => T): T;
  /** Texts of articles by key, in the order asked; undefined for a key that is gone. */
  articles(keys: readonly number[]): (StoredArticle | undefined)[];
  articleById(id: string): StoredArticle | undefined;
  /** Segment and row of an article, or undefined when it is not in this snapshot. */
  locate(key: number): { readonly segment: SegmentView; readonly row: number } | undefined;
}

export interface ArchiveReader {
  readonly info: FolderInfo;
  /**
   * The newest committed state, or the one that {@link Snapshot.name} named, which is kept for some minutes. Cheap when nothing
   * changed. Dispose it after use. @throws AppError `snapshot-gone`.
   */
  snapshot(name?: string): Promise<Snapshot>;
  /** What is being written now, if anything that takes more than half a second; cheap, never throws. */
  activity(): Activity | undefined;
  close(): Promise<void>;
}
