import { availableParallelism } from "node:os";
import type { Reranker } from "../reranker.ts";
import { type ModelOverrides, readCrossEncoderFolder } from "./model-folder.ts";
import { createPairWindows } from "./pair-windows.ts";
import { loadTokenizers, withTokenizer } from "./runtime.ts";
import { openSessionThread } from "./session-thread.ts";

export interface CrossEncoderOptions extends Pick<ModelOverrides, "name" | "file" | "maxTokens"> {
  /** Threads of the runtime. Default: one per core. */
  readonly threads?: number | undefined;
}

/** Pairs that are scored at a time: the time grows with their number, so a small batch costs nothing. */
const BATCH_TEXTS = 4;

/**
 * A cross-encoder from a folder with an ONNX file in it: query and text go through the model together, which gives one logit. It runs
 * in a thread of its own.
 * @throws AppError `encoder-unavailable` when a package or file is missing or broken; the message says which and what to do.
 */
export async function loadCrossEncoder(folder: string, options: CrossEncoderOptions = {}): Promise<Reranker> {
  const model = await readCrossEncoderFolder(folder, options);
  const join = withTokenizer(model, await loadTokenizers(), (tokenizer) =>
    createPairWindows(tokenizer, model.maxTokens),
  );
  const threads = options.threads ?? availableParallelism();
  const session = await openSessionThread({ model: { modelPath: model.modelPath, pooling: "logit" }, threads });
  const reranker: Reranker = {
    name: model.name,
    fingerprint: model.fingerprint,
    bytes: model.modelBytes,
    batchTexts: BATCH_TEXTS,
    async score(query, texts, { signal } = {}) {
      const scores: (number | undefined)[] = [];
      for (let start = 0; start < texts.length; start += BATCH_TEXTS) {
        signal?.throwIfAborted();
        const windows = texts.slice(start, start + BATCH_TEXTS).map((text) => join(query, text));
        const filled = windows.filter(({ hasContent }) => hasContent);
        const logits = (filled.length === 0 ? [] : await session.encode(filled)).values();
        for (const { hasContent } of windows) scores.push(hasContent ? logits.next().value?.[0] : undefined);
      }
      signal?.throwIfAborted();
      return scores;
    },
    close: () => session.release(),
  };
  try {
    // What only shows when it runs shows now.
    await reranker.score("试 a", ["试 b"]);
  } catch (error) {
    await reranker.close();
    throw error;
  }
  return reranker;
}
