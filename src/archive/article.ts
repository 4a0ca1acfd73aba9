/** One news item. */
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
