import { AppError } from "../../errors.ts";

/** The parts of onnxruntime-node and @huggingface/tokenizers that are used here. Both are installed only by those who want them. */

export interface OnnxTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(
    feeds: Readonly<Record<string, OnnxTensor>>,
    fetches: readonly string[],
  ): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

export interface OnnxRuntime {
  readonly InferenceSession: {
    create(path: string, options: Readonly<Record<string, unknown>>): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: "int64", data: BigInt64Array, dims: readonly number[]) => OnnxTensor;
}

export interface HubTokenizer {
  encode(
    text: string,
    options: {
      readonly add_special_tokens: boolean;
      readonly text_pair?: string;
      readonly return_token_type_ids?: boolean;
    },
  ): { readonly ids: readonly number[]; readonly token_type_ids?: readonly number[] };
  token_to_id(token: string): number | undefined;
}

export interface HubTokenizers {
  readonly Tokenizer: new (tokenizer: object, config: object) => HubTokenizer;
}

const INSTALL =
  "Install both with `ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node @huggingface/tokenizers` " +
  "(the setting keeps it from downloading CUDA).";

/** @throws AppError `encoder-unavailable` that says what to install. */
export const loadOnnxRuntime = (): Promise<OnnxRuntime> => load<OnnxRuntime>("onnxruntime-node");

/** @throws AppError `encoder-unavailable` that says what to install. */
export const loadTokenizers = (): Promise<HubTokenizers> => load<HubTokenizers>("@huggingface/tokenizers");

/** What is made of a folder's tokenizer. @throws AppError `encoder-unavailable` for one that is not understood. */
export function withTokenizer<T>(
  { folder, tokenizer, tokenizerConfig }: TokenizerFiles,
  { Tokenizer }: HubTokenizers,
  make: (tokenizer: HubTokenizer) => T,
): T {
  try {
    return make(new Tokenizer(tokenizer, tokenizerConfig));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new AppError("encoder-unavailable", `${folder}/tokenizer.json is not understood (${message}).`, {
      cause: error,
    });
  }
}

interface TokenizerFiles {
  readonly folder: string;
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
}

async function load<T>(packageName: string): Promise<T> {
  try {
    const module: { default?: T } & T = await import(packageName);
    // onnxruntime-node is CommonJS.
    return module.default ?? module;
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    const why = isMissing ? "is not installed" : `cannot be loaded (${error instanceof Error ? error.message : error})`;
    const message = `An ONNX encoder needs the package ${packageName}, which ${why}. ${INSTALL}`;
    throw new AppError("encoder-unavailable", message, {
      cause: error,
      remedy: { code: "set-option", option: "encoder", value: "builtin", does: "needs neither" },
    });
  }
}
