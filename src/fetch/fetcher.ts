/** The port through which everything is asked of the internet. */
export interface Fetcher {
  /**
   * Asks for an address, follows redirects, and reads the body.
   * @throws AppError `fetch-refused` for what is not asked at all, `fetch-failed` for what gave no whole answer, with what to do
   */
  get(url: string, options?: FetchOptions): Promise<Fetched>;
  close(): Promise<void>;
}

export interface FetchOptions {
  /** What the server said of the answer that is held, byte for byte: it may then say that nothing has changed. */
  readonly validators?: Validators | undefined;
  /** Types that are welcome, as the Accept header says them. */
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Validators {
  /** ETag, quotes and all; its characters stand for bytes (latin1). */
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface Fetched {
  readonly status: number;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** Where the address has moved for good: the end of redirects that all were permanent. */
  readonly movedTo?: string | undefined;
  /** By names in lower case; of several lines of one name the first, of `Link` all, joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed. */
  readonly body: Buffer;
}

export const isOk = ({ status }: Pick<Fetched, "status">): boolean => status >= 200 && status < 300;
