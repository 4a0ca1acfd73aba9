/** The port of everything that turns text into vectors: static/ (built in), onnx/ (a local model), remote/ (a server). */

/** A query is what a person asks; a document is an article or passage. Some encoders prefix or weigh them differently. */
export type TextRole = "query" | "document";

export interface EncodeOptions {
  readonly role: TextRole;
  readonly signal?: AbortSignal;
}

export interface Encoder {
  /** Short name for people, e.g. `static-zh`. */
  readonly name: string;
  /**
   * Names the function text → vector: weights, tokenizer, fold, pooling, prompts, dimensions. Two encoders with one
   * fingerprint give the same vectors; vectors of different fingerprints are never compared.
   */
  readonly fingerprint: string;
  /** Length of every vector. */
  readonly dimensions: number;
  /** Lengths to which its vectors may be cut and brought to norm 1 again (Matryoshka training), ascending; none by default. */
  readonly shorterDimensions?: readonly number[];
  /** UTF-16 units of a document that {@link encode} reads, the rest being left out; absent where it is not a matter of characters. */
  readonly maxDocumentCharacters?: number;
  /** Bytes it keeps resident at the moment, as its owner declares them. */
  readonly bytes: number;
  /**
   * One vector per text, in order: Euclidean norm 1, never NaN; undefined where nothing in the text is known to the encoder
   * (empty, only punctuation or emoji).
   * @throws AppError `encoder-unavailable` when a model or server does not answer.
   */
  encode(texts: readonly string[], options: EncodeOptions): Promise<(Float32Array | undefined)[]>;
  close(): Promise<void>;
}

/**
 * Whether a fingerprint is that of a table of token vectors, such as the encoder that ships: it begins with the table's name. The vector of
 * a text is the mean of its tokens'; every other encoder reads.
 */
export const isOfTokenTable = (fingerprint: string): boolean => fingerprint.startsWith("static-");
