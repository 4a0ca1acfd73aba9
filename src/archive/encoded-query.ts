import type { SearchNotice } from "./result.ts";

/** What became of a query's text. */
export interface EncodedQuery {
  /** Unit vector; absent where none was made. */
  readonly vector?: Float32Array;
  /** Of the encoder that made it. */
  readonly fingerprint?: string;
  /** Why there is none though one was wanted. */
  readonly notice?: SearchNotice;
}
