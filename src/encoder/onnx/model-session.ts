import { AppError } from "../../errors.ts";
import type { ModelFolder } from "./model-folder.ts";
import { pool } from "./pool.ts";
import type { OnnxRuntime, OnnxSession, OnnxTensor } from "./runtime.ts";
import type { IdWindow } from "./text-windows.ts";

/** What a session needs to know of a model; fit to be sent to another thread. */
export type SessionModel = VectorModel | LogitModel;

/** Gives one vector for each window. */
type VectorModel = Pick<ModelFolder, "modelPath" | "hiddenSize" | "pooling" | "poolsPrompt">;

/** Gives one number for each window. */
interface LogitModel {
  readonly modelPath: string;
  readonly pooling: "logit";
}

const isLogitModel = (model: SessionModel): model is LogitModel => model.pooling === "logit";

/** A model that is loaded: token ids in, vectors out. */
export interface ModelSession {
  /** One vector per window; of a model of logits, a vector of one value. Holds the thread while it computes. */
  encode(windows: readonly IdWindow[]): Promise<(Float32Array | undefined)[]>;
  release(): Promise<void>;
}

/** @throws AppError `encoder-unavailable` when the file is broken or is no text encoder. */
export async function openModelSession(
  runtime: OnnxRuntime,
  model: SessionModel,
  threads: number,
): Promise<ModelSession> {
  const session = await openSession(runtime, model, threads);
  const output = pickOutput(session, model);

  const encode: ModelSession["encode"] = async (windows) => {
    const longest = Math.max(...windows.map(({ ids }) => ids.length));
    const feeds = toFeeds(runtime, session, windows, longest);
    const reply = await session.run(feeds, [output]);
    const states = reply[output];
    if (!(states?.data instanceof Float32Array)) throw unusable(model, `gave no float32 output ${output}`);
    if (isLogitModel(model)) return toLogits(model, states.data, windows.length);
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
  return { encode, release: () => session.release() };
}

/** One value for each window, undefined where it is not a number. */
function toLogits(model: SessionModel, data: Float32Array, count: number): (Float32Array | undefined)[] {
  if (data.length !== count)
    throw unusable(model, `gives ${data.length / count} values for a pair of texts; one is wanted`);
  return Array.from(data, (value) => (Number.isFinite(value) ? Float32Array.of(value) : undefined));
}

async function openSession(
  { InferenceSession }: OnnxRuntime,
  model: SessionModel,
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

/** Token vectors, or logits, where the model gives them, else the one output it has. */
function pickOutput({ outputNames }: OnnxSession, model: SessionModel): string {
  const usual = isLogitModel(model) ? ["logits"] : ["last_hidden_state", "token_embeddings", "sentence_embedding"];
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
  const types = new BigInt64Array(windows.length * longest);
  windows.forEach((window, row) => {
    window.ids.forEach((id, column) => {
      ids[row * longest + column] = BigInt(id);
      mask[row * longest + column] = 1n;
      positions[row * longest + column] = BigInt(column);
      types[row * longest + column] = BigInt(window.typeIds?.[column] ?? 0);
    });
  });
  const known: Record<string, BigInt64Array> = {
    input_ids: ids,
    attention_mask: mask,
    token_type_ids: types,
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

function unusable({ modelPath }: SessionModel, what: string, cause?: unknown): AppError {
  return new AppError("encoder-unavailable", `The ONNX model ${modelPath} ${what}.`, { cause });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
