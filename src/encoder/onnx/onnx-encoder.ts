import { availableParallelism } from "node:os";
import { AppError } from "../../errors.ts";
import type { WindowedEncoder } from "../windowed-encoder.ts";
import { type ModelFolder, type ModelOverrides, readModelFolder } from "./model-folder.ts";
import { pool } from "./pool.ts";
import {
  type HubTokenizers,
  loadOnnxRuntime,
  loadTokenizers,
  type OnnxRuntime,
  type OnnxSession,
  type OnnxTensor,
} from "./runtime.ts";
import { createTextWindows, type IdWindow } from "./text-windows.ts";

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
  const [runtime, tokenizers] = await Promise.all([loadOnnxRuntime(), loadTokenizers()]);
  return createOnnxEncoder(model, runtime, tokenizers, options.threads ?? availableParallelism());
}

async function createOnnxEncoder(
  model: ModelFolder,
  runtime: OnnxRuntime,
  { Tokenizer }: HubTokenizers,
  threads: number,
): Promise<WindowedEncoder<IdWindow>> {
  const tokenizer = attempt(
    `${model.folder}/tokenizer.json`,
    () => new Tokenizer(model.tokenizer, model.tokenizerConfig),
  );
  const tokenize = attempt(`${model.folder}/tokenizer.json`, () => createTextWindows(tokenizer, model));
  const session = await openSession(runtime, model, threads);
  const output = pickOutput(session, model);

  const run = async (windows: readonly IdWindow[]): Promise<(Float32Array | undefined)[]> => {
    const longest = Math.max(...windows.map(({ ids }) => ids.length));
    const feeds = toFeeds(runtime, session, windows, longest);
    const reply = await session.run(feeds, [output]);
    const states = reply[output];
    if (!(states?.data instanceof Float32Array)) throw unusable(model, `gave no float32 output ${output}`);
    const dimensions = states.dims.at(-1) ?? 0;
    if (dimensions !== model.hiddenSize) {
      throw unusable(
        model,
        `gives vectors of ${dimensions} values, but config.json names hidden_size ${model.hiddenSize}`,
      );
    }
    const { data } = states;
    // A model that pools by itself gives one vector per text: a sequence of one token.
    const isPooled = states.dims.length === 2;
    return windows.map(({ ids, textStart }, index) =>
      isPooled
        ? pool({ data, longest: 1, dimensions }, index, { from: 0, to: 1 }, "cls")
        : pool(
            { data, longest, dimensions },
            index,
            { from: model.poolsPrompt ? 0 : textStart, to: ids.length },
            model.pooling,
          ),
    );
  };

  const encodeWindows = async (windows: readonly IdWindow[]): Promise<(Float32Array | undefined)[]> => {
    const filled = windows.filter(({ hasContent }) => hasContent);
    if (filled.length === 0) return windows.map(() => undefined);
    const vectors = (await run(filled)).values();
    return windows.map(({ hasContent }) => (hasContent ? vectors.next().value : undefined));
  };

  try {
    await encodeWindows(tokenize("试 a", "query", 1).windows);
  } catch (error) {
    await session.release();
    throw error instanceof AppError ? error : unusable(model, `cannot run (${messageOf(error)})`, error);
  }

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

async function openSession(
  { InferenceSession }: OnnxRuntime,
  model: ModelFolder,
  threads: number,
): Promise<OnnxSession> {
  try {
    return await InferenceSession.create(model.modelPath, {
      executionProviders: ["cpu"],
      graphOptimizationLevel: "all",
      executionMode: "sequential",
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // The arena keeps the largest batch it ever saw.
      enableCpuMemArena: false,
      enableMemPattern: false,
      // Waiting threads sleep: an idle server uses no CPU.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw unusable(model, `cannot be read (${messageOf(error)}). Download or export it again`, error);
  }
}

/** Token vectors where the model gives them, else the one output it has. */
function pickOutput({ outputNames }: OnnxSession, model: ModelFolder): string {
  const usual = ["last_hidden_state", "token_embeddings", "sentence_embedding"];
  const found = usual.find((name) => outputNames.includes(name)) ?? outputNames[0];
  if (found === undefined) throw unusable(model, "has no output");
  return found;
}

function toFeeds(
  { Tensor }: OnnxRuntime,
  { inputNames }: OnnxSession,
  windows: readonly IdWindow[],
  longest: number,
): Record<string, OnnxTensor> {
  const dims = [windows.length, longest];
  const ids = new BigInt64Array(windows.length * longest);
  const mask = new BigInt64Array(windows.length * longest);
  const positions = new BigInt64Array(windows.length * longest);
  windows.forEach((window, row) => {
    window.ids.forEach((id, column) => {
      ids[row * longest + column] = BigInt(id);
      mask[row * longest + column] = 1n;
      positions[row * longest + column] = BigInt(column);
    });
  });
  const known: Record<string, BigInt64Array> = {
    input_ids: ids,
    attention_mask: mask,
    token_type_ids: new BigInt64Array(windows.length * longest),
    position_ids: positions,
  };
  return Object.fromEntries(
    inputNames.map((name) => {
      const data = known[name];
      if (data === undefined) {
        const message = `The ONNX model wants an input ${name}; given can be ${Object.keys(known).join(", ")}. It is no plain text encoder.`;
        throw new AppError("encoder-unavailable", message);
      }
      return [name, new Tensor("int64", data, dims)];
    }),
  );
}

function attempt<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new AppError("encoder-unavailable", `${file} is not understood (${messageOf(error)}).`, { cause: error });
  }
}

function unusable({ modelPath }: ModelFolder, what: string, cause?: unknown): AppError {
  return new AppError("encoder-unavailable", `The ONNX model ${modelPath} ${what}.`, { cause });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
