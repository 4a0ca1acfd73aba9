/**
 * The port of the archive: what a writer may do, what a reader may see. search/ and ingest/ know only this file.
 *
 * An archive is a set of immutable segments. Each holds rows ordered by publication time; a row is one version of one
 * article, with its vector and its keyword postings. A date range is thus a contiguous slice of every segment. A snapshot is
 * the list of segments at one commit, with the rows that later commits replaced marked dead.
 */

export interface Article {
  /** Unique in the archive; given, or made from the URL or the content. 1–512 characters. */
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly url?: string | undefined;
  readonly source?: string | undefined;
  readonly category?: string | undefined;
  /** Instant of publication, ms since 1970 UTC; absent where none is known. Years 0–9999. */
  readonly publishedAtMs?: number | undefined;
}
