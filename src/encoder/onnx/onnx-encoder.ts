import { availableParallelism } from "node:os";
import type { WindowedEncoder } from "../windowed-encoder.ts";
import { type ModelFolder, type ModelOverrides, readModelFolder } from "./model-folder.ts";
import type { ModelSession } from "./model-session.ts";
import { type HubTokenizers, loadTokenizers, withTokenizer } from "./runtime.ts";
import { openSessionThread } from "./session-thread.ts";
import { type CutIntoWindows, createTextWindows, type IdWindow } from "./text-windows.ts";

export interface OnnxOptions extends ModelOverrides {
  /** Threads of the runtime. Default: one per core. */
  readonly threads?: number | undefined;
}

/** Tokens, padding included, that {@link WindowedEncoder.encode} puts into one run. */
const BATCH_TOKENS = 512;

/**
 * A sentence encoder from a sentence-transformers folder with an ONNX file in it.
 * @throws AppError `encoder-unavailable` when a package or file is missing or broken; the message says which and what to do.
 */
export async function loadOnnxEncoder(folder: string, options: OnnxOptions = {}): Promise<WindowedEncoder<IdWindow>> {
  const model = await readModelFolder(folder, options);
  const tokenize = createTokenize(model, await loadTokenizers());
  const { modelPath, hiddenSize, pooling, poolsPrompt } = model;
  const threads = options.threads ?? availableParallelism();
  const session = await openSessionThread({ model: { modelPath, hiddenSize, pooling, poolsPrompt }, threads });
  const encoder = createOnnxEncoder(model, tokenize, session);
  try {
    // What only shows when it runs shows now.
    await encoder.encodeWindows(tokenize("试 a", "query", 1).windows);
  } catch (error) {
    await encoder.close();
    throw error;
  }
  return encoder;
}

const createTokenize = (model: ModelFolder, tokenizers: HubTokenizers): CutIntoWindows =>
  withTokenizer(model, tokenizers, (tokenizer) => createTextWindows(tokenizer, model));

function createOnnxEncoder(
  model: ModelFolder,
  tokenize: CutIntoWindows,
  session: ModelSession,
): WindowedEncoder<IdWindow> {
  const encodeWindows = async (windows: readonly IdWindow[]): Promise<(Float32Array | undefined)[]> => {
    const filled = windows.filter(({ hasContent }) => hasContent);
    if (filled.length === 0) return windows.map(() => undefined);
    const vectors = (await session.encode(filled)).values();
    return windows.map(({ hasContent }) => (hasContent ? vectors.next().value : undefined));
  };

  return {
    name: model.name,
    fingerprint: model.fingerprint,
    dimensions: model.hiddenSize,
    bytes: model.modelBytes,
    maxTokens: model.maxTokens,
    tokenUnit: "word piece",
    tokenize,
    encodeWindows,
    async encode(texts, { role, signal }) {
      const vectors = new Array<Float32Array | undefined>(texts.length);
      const waiting = texts.flatMap((text, place) =>
        tokenize(text, role, 1).windows.map((window) => ({ window, place })),
      );
      waiting.sort((a, b) => a.window.tokenCount - b.window.tokenCount);
      while (waiting.length > 0) {
        signal?.throwIfAborted();
        const longest = waiting.at(-1)?.window.tokenCount ?? 1;
        const batch = waiting.splice(-Math.max(1, Math.floor(BATCH_TOKENS / longest)));
        const encoded = await encodeWindows(batch.map(({ window }) => window));
        batch.forEach(({ place }, index) => {
          vectors[place] = encoded[index];
        });
      }
      signal?.throwIfAborted();
      return vectors;
    },
    close: () => session.release(),
  };
}
