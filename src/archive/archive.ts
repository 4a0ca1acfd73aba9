/**
 * The port: what a product needs of any archive, whatever engine is behind it. Imports nothing of other rooms.
 *
 * An archive holds articles, each once by its id. Every finished write leads to a new snapshot: the archive as it is at one
 * moment, named by a string, in which the same question always gets the same answer.
 */
import type { Article } from "./article.ts";
import type { ArticleHistory, Edition, EditionSummary } from "./edition.ts";
import type { EncodedQuery } from "./encoded-query.ts";
import type { SearchRequest, SimilarOptions } from "./request.ts";
import type { Compared, Hit, SearchFindings } from "./result.ts";
import type { ArchiveWriter } from "./writer.ts";

export interface Archive {
  /** As it was when the archive was opened. */
  readonly info: ArchiveInfo;
  readonly supports: ArchiveSupports;
  /**
   * Finds what matches, by the rules of docs/SEARCH.md. The request was checked; the query was encoded where meaning is asked for.
   * @throws AppError `snapshot-gone` for a snapshot that is not kept any more, `unavailable` when too much is asked at a time.
   */
  search(request: SearchRequest, encoded: EncodedQuery, options?: ReadOptions): Promise<SearchFindings>;
  article(id: string, options?: ReadOptions): Promise<Article | undefined>;
  /**
   * What an article has said, oldest first and the newest included; undefined where there is no such article. There where
   * `supports.editions` is true.
   */
  editions?(id: string, options?: ReadOptions): Promise<readonly EditionSummary[] | undefined>;
  /** One of them, by its number; undefined where there is none. There where `supports.editions` is true. */
  edition?(id: string, number: number, options?: ReadOptions): Promise<Edition | undefined>;
  /** Articles nearest in meaning, without the article and its copies; undefined where there is no such article. */
  similar(id: string, options: SimilarOptions & ReadOptions): Promise<readonly Hit[] | undefined>;
  /** An article beside a query; undefined where there is no such article. */
  compare(id: string, encoded: EncodedQuery, options?: ReadOptions): Promise<Compared | undefined>;
  /** Numbers about the newest snapshot. */
  stats(): Promise<ArchiveStats>;
  /** Every article of one snapshot once, in no order that a caller may rely on; a few at a time are in memory. */
  articles(options?: ScanOptions): AsyncIterableIterator<Article>;
  /** The same, each with what it said before; there where an engine reads both in one go. */
  histories?(options?: ScanOptions): AsyncIterableIterator<ArticleHistory>;
  /**
   * The writer of the opened archive, shared by all who borrow it. Close it after use.
   * @throws AppError `archive-locked` while another process writes and gives no turn to others, `unavailable` where `supports.writing` is false.
   */
  borrowWriter(): Promise<ArchiveWriter>;
  /** What is being written now, in whatever process, if it takes more than half a second. Cheap, never throws. */
  activity(): Promise<Activity | undefined>;
  /** Whether what searches read is where it was when it was opened; absent where an engine cannot tell. @throws why it cannot be read */
  inspect?(): Promise<ArchiveState>;
  /**
   * Names what is there now, so that no other state of this or another archive has the same name, also where a backup was restored.
   * Cheap; absent where an engine cannot tell.
   */
  stamp?(): Promise<string>;
  /** How busy the engine is with searches; undefined where it cannot tell. */
  load(): SearchLoad | undefined;
  /** Finishes what it has accepted. May be called twice. */
  close(): Promise<void>;
}

/** `gone`: some of it is missing; `replaced`: another archive lies in its place. */
export type ArchiveState = "sound" | "gone" | "replaced";

export interface ArchiveInfo {
  readonly encoderFingerprint: string;
  readonly dimensions: number;
  /** IANA zone in which days begin, for day ranges and histograms. */
  readonly timezone: string;
  readonly createdAtMs: number;
}

export interface ArchiveSupports {
  /** A request may name an earlier result's snapshot, for some minutes at least. */
  readonly snapshots: boolean;
  /** Totals, facets and histograms are exact; otherwise those of many articles are estimates. */
  readonly exactCounts: boolean;
  /** Writers are lent. */
  readonly writing: boolean;
  /** A writer can compact. */
  readonly maintenance: boolean;
  /** What an article said before it was changed is kept, and can be read. */
  readonly editions: boolean;
}

export interface ReadOptions {
  /** Calls off the read, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Who asks: an engine that many ask at a time shares its time fairly between them. Default: all are one. */
  readonly client?: string | undefined;
}

export interface ScanOptions extends ReadOptions {
  /** Name of an earlier snapshot. Default: the newest. */
  readonly snapshot?: string | undefined;
}

export interface ArchiveStats {
  /** Names the snapshot that is described. */
  readonly snapshot: string;
  /** Fingerprint of the encoder that made the vectors; a reindex changes it while an archive is open. */
  readonly encoderFingerprint: string;
  readonly articles: number;
  /** Articles that wait for the encoder: they are found by their words alone. */
  readonly withoutVector: number;
  /** Different ones that articles name; those that fold to the same text are one. */
  readonly sources: number;
  readonly categories: number;
  /** From the oldest article to the newest; absent where none is dated. */
  readonly span?: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** Pieces of the index that a search looks at one by one; absent where the engine has none. */
  readonly segments?: number | undefined;
  /** When something was last written, ms since 1970 UTC; absent where an engine cannot tell. */
  readonly changedAtMs?: number | undefined;
  /** Whether an earlier version indexed the words, so that some ways to write one are not found; default: no. */
  readonly wordsOutdated?: boolean | undefined;
}

/** Searches and other reads that an engine has accepted. */
export interface SearchLoad {
  /** Most that run at a time. */
  readonly threads: number;
  readonly running: number;
  readonly waiting: number;
}

export const ACTIVITY_KINDS = ["import", "merge", "encode", "reindex", "repair", "rewrite"] as const;

/**
 * `import`: articles are being added; `merge`: the index is made smaller; `encode`: articles that were stored while the encoder
 * was away get their vectors; `reindex`: all get those of another encoder; `repair`: what is damaged is built anew; `rewrite`: texts are
 * written as new ones are.
 */
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** What the writer of an archive is doing; there is at most one, in whatever process. */
export interface Activity {
  readonly what: ActivityKind;
  readonly startedAtMs: number;
  /** Articles done so far. */
  readonly done: number;
  /** How much of the whole is done, 0–1; absent where that is not known, e.g. when importing from a pipe. */
  readonly share?: number;
}
