/**
 * The port of everything that tells how well texts answer a query, having read both: an encoder's cosine, a cross-encoder in ONNX form
 * (onnx/), a server (remote/). Too slow for a whole archive, and right for the first of a list.
 */
export interface Reranker {
  /** Short name for people, e.g. `bge-reranker-base`. */
  readonly name: string;
  /** Names the function (query, text) → score: scores of different fingerprints are never compared. */
  readonly fingerprint: string;
  /** Bytes it keeps resident, as its owner declares them. */
  readonly bytes: number;
  /** How many texts to give it at a time: as few as waste no time, since whoever waits for it may have to go on without the rest. */
  readonly batchTexts: number;
  /**
   * One score per text, in order: higher answers better, never NaN, comparable only for one query; undefined where query or text holds
   * nothing that could be read. A text gets the same score whatever others are scored with it.
   * @throws AppError `encoder-unavailable` when a model or server does not answer; the signal's reason when aborted.
   */
  score(query: string, texts: readonly string[], options?: ScoreOptions): Promise<(number | undefined)[]>;
  close(): Promise<void>;
}

export interface ScoreOptions {
  readonly signal?: AbortSignal | undefined;
}
