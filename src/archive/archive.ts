/**
 * What a product needs of any archive, whatever engine is behind it. Imports nothing of other rooms.
 */
import type { Article } from "./article.ts";

export interface PutResult {
  readonly added: number;
  readonly updated: number;
  /** Already there with the same content: not written, not encoded. */
  readonly unchanged: number;
}

export interface ArchiveWriter {
  /**
   * Stores a batch; when it resolves, the batch survives a crash. Of several articles with one id the last one counts.
   * @throws AppError `disk-full`, `io`, `encoder-unavailable`; the archive then holds what it held before the call.
   */
  put(articles: readonly Article[]): Promise<PutResult>;
  /** Removes articles by id; returns how many were there. Durable like {@link put}. */
  remove(ids: readonly string[]): Promise<number>;
  /** Merges small segments until few are left. May take long on a large archive; safe to interrupt. */
  compact(options?: { readonly signal?: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}

export interface ArchiveInfo {
  readonly folder: string;
  readonly formatVersion: number;
  readonly encoderFingerprint: string;
  readonly dimensions: number;
  /** IANA zone in which days begin, for day ranges and histograms. */
  readonly timezone: string;
  readonly createdAtMs: number;
}

export const ACTIVITY_KINDS = ["import", "merge", "encode", "reindex", "repair"] as const;

/**
 * `import`: articles are being added; `merge`: segments become fewer; `encode`: articles that were stored while the encoder was
 * away get their vectors; `reindex`: all get those of another encoder; `repair`: damaged segments are built anew.
 */
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** What the writer of an archive is doing; there is at most one, in whatever process. */
export interface Activity {
  readonly what: ActivityKind;
  /** Process that does it, on the machine where it runs. */
  readonly pid: number;
  readonly startedAtMs: number;
  /** Articles done so far. */
  readonly done: number;
  /** How much of the whole is done, 0–1; absent where that is not known, e.g. when importing from a pipe. */
  readonly share?: number;
}
