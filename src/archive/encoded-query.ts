import type { SearchNotice } from "./result.ts";

/** What became of a query's text. */
export interface EncodedQuery {
  /** Unit vector; absent where none was made. */
  readonly vector?: Float32Array;
  /** Fingerprint of the encoder that made the vector. */
  readonly fingerprint?: string;
  /** Why there is none though one was wanted. */
  readonly notice?: SearchNotice;
  /** The text as it was typed, where the query that is searched has other words too: a headline is told by it. */
  readonly asked?: string;
}
