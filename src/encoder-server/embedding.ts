/** What the engine makes of one text. */
export interface Embedding {
  /** Norm 1; undefined where the encoder knows nothing in the text. */
  readonly vector: Float32Array | undefined;
  /** Tokens that were read, prompt and special tokens included. */
  readonly tokenCount: number;
  /** True when the end of the text was not read. */
  readonly isCut: boolean;
}
