/** The half of the port that changes an archive. */
import type { Article } from "./article.ts";

export interface ArchiveWriter {
  /**
   * Stores a batch; when it resolves, the batch survives a crash and reads that begin after it see it. Of several articles with
   * one id the last one counts. Where `supports.editions` is true, an article that reads otherwise than the one before (title or body;
   * white space and markup aside) is a new edition, and the one before is kept.
   * @throws AppError `disk-full`, `io`, `encoder-unavailable`; the archive then holds what it held before the call.
   */
  put(articles: readonly Article[]): Promise<PutResult>;
  /**
   * Announces the batch that is put next, the same array: what takes long and changes nothing may begin, in other threads, while an
   * earlier one is stored. There where an engine can do so.
   */
  prepare?(articles: readonly Article[]): void;
  /**
   * Removes articles by id, with all their editions; returns how many were there. Durable and seen like {@link put}. An engine of one folder notes it in the
   * archive's log, and has their text until it is compacted.
   */
  remove(ids: readonly string[], options?: RemoveOptions): Promise<number>;
  /** Tells others how much of an import has been put, 0–1; only the caller knows its whole size. */
  knowShare(share: number): void;
  /**
   * Ends a long run of writes: encodes what waits for the encoder, and makes what was written quick to search. May take long;
   * whatever stops it, nothing is lost.
   */
  finish(options?: { readonly signal?: AbortSignal | undefined }): Promise<FinishReport>;
  /** Makes the archive as quick to search as it can be. May take long; there where `supports.maintenance` is true. */
  compact?(options?: CompactOptions): Promise<void>;
  /** Waits for what was asked of this writer. May be called twice. */
  close(): Promise<void>;
}

export interface CompactOptions {
  readonly signal?: AbortSignal | undefined;
  /** Also writes every text anew as new ones are written: for archives of earlier versions. Default false. */
  readonly rewrite?: boolean;
}

export interface RemoveOptions {
  /** Who removes them, for the archive's log, e.g. `anna on the command line`. */
  readonly by?: string | undefined;
}

export interface PutResult {
  readonly added: number;
  readonly updated: number;
  /** Already there with the same content: not written, not encoded. */
  readonly unchanged: number;
  /**
   * Of the updated ones, those that replaced an article of another source or address, where both name one: most likely another
   * article under the same id. Absent where there are none, or where the engine cannot tell.
   */
  readonly fromElsewhere?: readonly TakenPlace[];
  /** Of the updated and the unchanged ones, those that came once more since this writer was borrowed. Absent where there are none. */
  readonly again?: PutAgain;
}

/** Articles that were put more than once through one writer. */
export interface PutAgain {
  readonly updated: number;
  readonly unchanged: number;
}

/** An article that took the place of one that came from elsewhere. */
export interface TakenPlace {
  readonly id: string;
  /** The source of both, or the address of both where the source is one. */
  readonly before: string;
  readonly now: string;
}

export interface FinishReport {
  /** Articles that still wait for the encoder. */
  readonly withoutVector: number;
  /** False where the signal stopped it; a later one does the rest. */
  readonly isComplete: boolean;
}
