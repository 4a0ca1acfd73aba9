import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { AppError, isSystemError } from "../../errors.ts";
import type { TextRole } from "../encoder.ts";

/** Reads a folder as sentence-transformers publishes it: https://sbert.net/docs/sentence_transformer/usage/custom_models.html */

export const POOLINGS = ["cls", "mean", "max", "lasttoken"] as const;
export type Pooling = (typeof POOLINGS)[number];

/** What the files say may be said otherwise. */
export interface ModelOverrides {
  /** Default: that of the folder. */
  readonly name?: string | undefined;
  /** File below the folder, e.g. `onnx/model_quantized.onnx`. */
  readonly file?: string | undefined;
  readonly pooling?: Pooling | undefined;
  /** Special tokens and prompt included. */
  readonly maxTokens?: number | undefined;
  readonly queryPrompt?: string | undefined;
  readonly documentPrompt?: string | undefined;
}

export interface ModelFolder {
  readonly folder: string;
  readonly name: string;
  /** Absolute path of the ONNX file. */
  readonly modelPath: string;
  readonly modelBytes: number;
  /** Contents of tokenizer.json and tokenizer_config.json. */
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
  readonly hiddenSize: number;
  readonly pooling: Pooling;
  /** False where the tokens of the prompt are left out of pooling. */
  readonly poolsPrompt: boolean;
  readonly maxTokens: number;
  readonly prompts: Readonly<Record<TextRole, string>>;
  /** Names weights, tokenizer, pooling, length and prompts. */
  readonly fingerprint: string;
}

/** Where a model that publishes none of the lengths below is cut. */
const USUAL_MAX_TOKENS = 512;
/** transformers writes an absurdly large number where the tokenizer knows no limit. */
const NO_LIMIT = 1_000_000;

/** @throws AppError `encoder-unavailable` that names the file which is missing, broken or not understood. */
export async function readModelFolder(folder: string, overrides: ModelOverrides = {}): Promise<ModelFolder> {
  folder = resolve(folder);
  assertFolder(folder, "encoder");
  const { config, tokenizer, tokenizerConfig, maxTokens } = readCommon(folder, overrides);
  const { poolingFolder } = readModules(folder, overrides.pooling !== undefined);
  const { pooling, poolsPrompt } = readPooling(folder, poolingFolder, overrides.pooling);
  const hiddenSize = config.hidden_size;
  if (typeof hiddenSize !== "number") throw unusable(`${join(folder, "config.json")} names no hidden_size.`);
  const prompts = readPrompts(folder, overrides);
  const modelPath = await findModelFile(folder, overrides.file);

  const settings = { tokenizer, pooling, poolsPrompt, maxTokens, prompts };
  return {
    folder,
    name: nameOf(folder, overrides),
    modelPath,
    modelBytes: statSync(modelPath).size,
    tokenizerConfig,
    hiddenSize,
    ...settings,
    fingerprint: `onnx-${await hashModel(modelPath, settings)}`,
  };
}

/** A model that reads a query and a text together and gives one number for the pair. */
export type CrossEncoderFolder = Pick<
  ModelFolder,
  "folder" | "name" | "modelPath" | "modelBytes" | "tokenizer" | "tokenizerConfig" | "maxTokens" | "fingerprint"
>;

/**
 * Whether a folder holds a cross-encoder: its config.json names a classifier of sequences. Otherwise it is taken for a sentence encoder.
 * @throws AppError `encoder-unavailable` where there is no such folder, or its config.json is missing or broken.
 */
export function isCrossEncoderFolder(folder: string): boolean {
  assertFolder(folder, "rerank");
  const { architectures } = readObject(folder, "config.json");
  return Array.isArray(architectures) && architectures.some((name) => /ForSequenceClassification$/.test(String(name)));
}

/** @throws AppError `encoder-unavailable` that names the file which is missing, broken or not understood. */
export async function readCrossEncoderFolder(
  folder: string,
  overrides: Pick<ModelOverrides, "name" | "file" | "maxTokens"> = {},
): Promise<CrossEncoderFolder> {
  folder = resolve(folder);
  assertFolder(folder, "rerank");
  const { config, tokenizer, tokenizerConfig, maxTokens } = readCommon(folder, overrides);
  const labels = isObject(config.id2label) ? Object.keys(config.id2label).length : config.num_labels;
  if (labels !== undefined && labels !== 1) {
    throw unusable(
      `${join(folder, "config.json")} names ${labels} labels; a re-ranker gives one number for a query and a text.`,
    );
  }
  const modelPath = await findModelFile(folder, overrides.file);
  return {
    folder,
    name: nameOf(folder, overrides),
    modelPath,
    modelBytes: statSync(modelPath).size,
    tokenizer,
    tokenizerConfig,
    maxTokens,
    fingerprint: `onnx-pair-${await hashModel(modelPath, { tokenizer, maxTokens })}`,
  };
}

function assertFolder(folder: string, option: "encoder" | "rerank"): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  throw new AppError("encoder-unavailable", `There is no model folder ${resolve(folder)}.`, {
    remedy: { code: "set-option", option, value: "onnx:DIR", does: "takes a sentence-transformers folder" },
  });
}

/** What every kind of model says of itself. */
function readCommon(folder: string, overrides: Pick<ModelOverrides, "maxTokens">) {
  const config = readObject(folder, "config.json");
  const tokenizer = readObject(folder, "tokenizer.json");
  const tokenizerConfig = readObject(folder, "tokenizer_config.json");
  const maxTokens = overrides.maxTokens ?? readMaxTokens(folder, config, tokenizerConfig);
  return { config, tokenizer, tokenizerConfig, maxTokens };
}

const nameOf = (folder: string, { name }: Pick<ModelOverrides, "name">): string =>
  (name ?? basename(folder)).replace(/\s+/g, "-");

/** Names the weights and what else decides what comes out. */
async function hashModel(modelPath: string, settings: object): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(modelPath)) hash.update(chunk as Buffer);
  hash.update(JSON.stringify(settings));
  return hash.digest("hex").slice(0, 16);
}

function unusable(message: string, cause?: unknown): AppError {
  return new AppError("encoder-unavailable", message, { cause });
}

type JsonObject = Readonly<Record<string, unknown>>;

function readObject(folder: string, file: string): JsonObject {
  const value = readOptionalObject(folder, file);
  if (value !== undefined) return value;
  throw unusable(
    `${file} is missing from the model folder ${folder}. Download the folder again, all of it, from where it was published.`,
  );
}

function readOptionalObject(folder: string, file: string): JsonObject | undefined {
  const path = join(folder, file);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw unusable(`${path} cannot be read: ${error instanceof Error ? error.message : error}.`, error);
  }
  if (isObject(value)) return value;
  throw unusable(`${path} is not a JSON object.`);
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The list of steps; only those of a plain sentence encoder are understood. */
function readModules(folder: string, mayBeMissing: boolean): { poolingFolder: string | undefined } {
  const path = join(folder, "modules.json");
  if (!existsSync(path)) {
    if (mayBeMissing) return { poolingFolder: undefined };
    throw unusable(
      `modules.json is missing from the model folder ${folder}, so nothing says how token vectors become one. ` +
        `Add the file, or say it: onnx:${folder}?pooling=cls (or mean).`,
    );
  }
  let modules: unknown;
  try {
    modules = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw unusable(`${path} cannot be read: ${error instanceof Error ? error.message : error}.`, error);
  }
  if (!Array.isArray(modules)) throw unusable(`${path} is not a JSON array.`);
  let poolingFolder: string | undefined;
  for (const module of modules) {
    const type = isObject(module) && typeof module.type === "string" ? module.type : "";
    // Newer versions of sentence-transformers moved the classes; the last part of the name stayed.
    const step = type.slice(type.lastIndexOf(".") + 1);
    if (step === "Pooling" && isObject(module) && typeof module.path === "string") poolingFolder = module.path;
    else if (step !== "Transformer" && step !== "Normalize") {
      throw unusable(
        `${path} has the step ${JSON.stringify(type)}; only Transformer, Pooling and Normalize are understood.`,
      );
    }
  }
  if (poolingFolder === undefined && !mayBeMissing) throw unusable(`${path} has no Pooling step.`);
  return { poolingFolder };
}

function readPooling(
  folder: string,
  poolingFolder: string | undefined,
  override: Pooling | undefined,
): { pooling: Pooling; poolsPrompt: boolean } {
  const file = join(poolingFolder ?? "1_Pooling", "config.json");
  const config =
    poolingFolder === undefined
      ? {}
      : override === undefined
        ? readObject(folder, file)
        : (readOptionalObject(folder, file) ?? {});
  const poolsPrompt = config.include_prompt !== false;
  if (override !== undefined) return { pooling: override, poolsPrompt };
  const modes = poolingModes(config);
  const [mode] = modes;
  const pooling = POOLINGS.find((known) => known === mode);
  if (pooling !== undefined && modes.length === 1) return { pooling, poolsPrompt };
  throw unusable(
    `${join(folder, file)} asks for pooling ${modes.join(" + ") || "of no kind"}; understood is one of ${POOLINGS.join(", ")}. ` +
      `Say which with onnx:${folder}?pooling=…`,
  );
}

/** One name in new files (`pooling_mode`), one flag each in older ones (`pooling_mode_cls_token: true`). */
function poolingModes(config: JsonObject): string[] {
  if (typeof config.pooling_mode === "string") return [config.pooling_mode];
  if (Array.isArray(config.pooling_mode)) return config.pooling_mode.map(String);
  const names: Record<string, string> = { cls_token: "cls", mean_tokens: "mean", max_tokens: "max" };
  return Object.entries(config).flatMap(([key, value]) => {
    const flag = /^pooling_mode_(.+)$/.exec(key)?.[1];
    return flag !== undefined && value === true ? [names[flag] ?? flag] : [];
  });
}

function readMaxTokens(folder: string, config: JsonObject, tokenizerConfig: JsonObject): number {
  const sentence = readOptionalObject(folder, "sentence_bert_config.json") ?? {};
  if (typeof sentence.max_seq_length === "number") return sentence.max_seq_length;
  const limits = [tokenizerConfig.model_max_length, maxPositions(config)].filter(
    (limit) => typeof limit === "number" && limit > 0 && limit < NO_LIMIT,
  );
  return limits.length === 0 ? USUAL_MAX_TOKENS : Math.min(...(limits as number[]));
}

/** RoBERTa and its kin number positions from the padding id on. */
function maxPositions(config: JsonObject): number | undefined {
  const { max_position_embeddings: positions, model_type: type, pad_token_id: padding } = config;
  if (typeof positions !== "number") return undefined;
  const isRoberta = typeof type === "string" && /roberta|camembert|mpnet/.test(type);
  return isRoberta ? positions - (typeof padding === "number" ? padding : 1) - 1 : positions;
}

function readPrompts(folder: string, { queryPrompt, documentPrompt }: ModelOverrides): Record<TextRole, string> {
  const config = readOptionalObject(folder, "config_sentence_transformers.json") ?? {};
  const prompts = isObject(config.prompts) ? config.prompts : {};
  const prompt = (...names: unknown[]): string => {
    for (const name of names) {
      const value = typeof name === "string" ? prompts[name] : undefined;
      if (typeof value === "string") return value;
    }
    return "";
  };
  return {
    query: queryPrompt ?? prompt("query", config.default_prompt_name),
    document: documentPrompt ?? prompt("document", "passage", config.default_prompt_name),
  };
}

async function findModelFile(folder: string, file: string | undefined): Promise<string> {
  if (file !== undefined) {
    const path = resolve(folder, file);
    if (existsSync(path)) return path;
    throw unusable(
      `${file} is missing from the model folder ${folder}. It has: ${(await listModels(folder)).join(", ") || "no ONNX file"}.`,
    );
  }
  for (const usual of ["onnx/model.onnx", "model.onnx"]) {
    if (existsSync(join(folder, usual))) return join(folder, usual);
  }
  const others = await listModels(folder);
  const [only] = others;
  if (only !== undefined && others.length === 1) return join(folder, only);
  if (only !== undefined) {
    throw unusable(`${folder} holds several ONNX files (${others.join(", ")}). Say which: onnx:${folder}?file=${only}`);
  }
  throw unusable(
    `onnx/model.onnx is missing from the model folder ${folder}. Export it with ` +
      `\`optimum-cli export onnx --model ${folder} ${join(folder, "onnx")}\`, or download a model that publishes it.`,
  );
}

async function listModels(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const below of ["onnx", "."]) {
    const names = await readdir(join(folder, below)).catch(() => []);
    for (const name of names.sort()) if (name.endsWith(".onnx")) found.push(below === "." ? name : `${below}/${name}`);
  }
  return found;
}
