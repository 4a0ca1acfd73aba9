import type { Static } from "typebox";
import type { WindowedEncoder } from "../../encoder/windowed-encoder.ts";
import { toErrorHandler } from "../../http/answer-errors.ts";
import type { App } from "../../http/app.ts";
import { ParameterError } from "../../http/parameter-error.ts";
import { Type } from "../../http/schema.ts";
import { type EncoderContext, embedForReply, toNumbers } from "../context.ts";
import { assertDimensions } from "../dimensions.ts";
import { OVERFLOWS, type Overflow } from "../engine.ts";
import { sendInPieces } from "../send-in-pieces.ts";
import { assertUnitNorm, normalize } from "../unit-norm.ts";

/** OpenAI's embeddings API: https://platform.openai.com/docs/api-reference/embeddings */

/** Texts in one request, as there. */
const MAX_INPUTS = 2048;

/** Tokens of one text, as there: longer ones are refused, shorter ones read whole wherever that costs next to nothing. */
const MAX_TEXT_TOKENS = 8192;

/** Models there that clients name where nobody tells them another: here they mean the one that is served. */
const USUAL_MODELS = new Set(["text-embedding-ada-002", "text-embedding-3-small", "text-embedding-3-large"]);

const EmbeddingsRequest = Type.Object({
  model: Type.String({ description: "A name from GET /v1/models." }),
  input: Type.Union(
    [Type.String(), Type.Array(Type.String()), Type.Array(Type.Integer()), Type.Array(Type.Array(Type.Integer()))],
    {
      description: `One text or up to ${MAX_INPUTS}. Token arrays are refused: tokens of another model mean nothing here.`,
    },
  ),
  encoding_format: Type.Optional(Type.Union([Type.Enum(["float", "base64"]), Type.Null()])),
  dimensions: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
  user: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  overflow: Type.Optional(
    Type.Enum([...OVERFLOWS], {
      description:
        "Not in OpenAI's API. What becomes of a text that is longer than the encoder reads. Default: average up to 8192 tokens for an encoder whose tokens are characters, error for others.",
    }),
  ),
  input_type: Type.Enum(["query", "document"], {
    default: "document",
    description: "Not in OpenAI's API. What the texts are for, where the encoder tells queries from documents.",
  }),
  normalize,
});

const EmbeddingsReply = Type.Object({
  object: Type.Literal("list"),
  model: Type.String(),
  data: Type.Array(
    Type.Object({
      object: Type.Literal("embedding"),
      index: Type.Integer(),
      embedding: Type.Union([Type.Array(Type.Number()), Type.String()]),
      truncated: Type.Boolean({ description: "Not in OpenAI's API. True when the end of the text was not read." }),
    }),
  ),
  usage: Type.Object({ prompt_tokens: Type.Integer(), total_tokens: Type.Integer() }),
});

const failure = (description: string) =>
  Type.Object(
    {
      error: Type.Object({
        message: Type.String(),
        type: Type.String(),
        param: Type.Union([Type.String(), Type.Null()]),
        code: Type.Union([Type.String(), Type.Null()]),
      }),
    },
    { description },
  );

const InvalidInput = failure("The input cannot be used.");
const NoSuchModel = failure("Another model is served.");
const Failure = failure("Any other failure.");

const Model = Type.Object({
  id: Type.String(),
  object: Type.Literal("model"),
  created: Type.Integer(),
  owned_by: Type.String(),
});

/** Seconds since 1970; the API wants one, an encoder has none. */
const CREATED_S = 1_767_225_600;

export async function openAiDialect(app: App, context: EncoderContext): Promise<void> {
  const model = () => ({
    id: context.modelName(),
    object: "model" as const,
    created: CREATED_S,
    owned_by: "wenxun",
  });

  app.setErrorHandler(
    toErrorHandler(({ status, message }, _request, reply, error) => {
      const param = error instanceof ParameterError ? error.param : null;
      const reason = error instanceof NoSuchModelError ? "model_not_found" : null;
      // As there, everything wrong with the input is 400.
      const wireStatus = status === 422 ? 400 : status;
      return reply.status(wireStatus).send({ error: { message, type: errorType(wireStatus), param, code: reason } });
    }),
  );

  app.get(
    "/v1/models",
    {
      schema: {
        tags: ["OpenAI"],
        operationId: "listModels",
        summary: "The model that is served.",
        response: { 200: Type.Object({ object: Type.Literal("list"), data: Type.Array(Model) }), default: Failure },
      },
    },
    async () => ({ object: "list" as const, data: [model()] }),
  );

  // A model's name may hold a slash.
  app.get(
    "/v1/models/*",
    {
      schema: {
        tags: ["OpenAI"],
        operationId: "getModel",
        summary: "The model of that name.",
        response: { 200: Model, 404: NoSuchModel, default: Failure },
      },
    },
    async (request) => {
      assertModel((request.params as { "*": string })["*"], model().id);
      return model();
    },
  );

  app.post(
    "/v1/embeddings",
    {
      schema: {
        tags: ["OpenAI"],
        operationId: "createEmbeddings",
        summary: "Texts to vectors.",
        body: EmbeddingsRequest,
        response: { 200: EmbeddingsReply, 400: InvalidInput, 404: NoSuchModel, default: Failure },
      },
    },
    async ({ body }, reply) => {
      const { encoder } = context.engine();
      const { id } = model();
      assertModel(body.model, id);
      const texts = toTexts(body.input);
      const dimensions = body.dimensions ?? encoder.dimensions;
      assertDimensions(dimensions, encoder);
      assertUnitNorm(body);
      const { input_type: role } = body;
      const overflow = body.overflow ?? usualOverflow(texts, encoder);
      const embeddings = await embedForReply(context, reply, { texts, role, overflow });
      let tokens = 0;
      for (const { tokenCount } of embeddings) tokens += tokenCount;
      return sendInPieces(reply, {
        before: `{"object":"list","model":${JSON.stringify(id)},"data":[`,
        items: embeddings,
        toJson: (embedding, index) => {
          const numbers = toNumbers(embedding, dimensions);
          return JSON.stringify({
            object: "embedding",
            index,
            embedding: body.encoding_format === "base64" ? toBase64(numbers) : numbers,
            truncated: embedding.isCut,
          });
        },
        after: `],"usage":${JSON.stringify({ prompt_tokens: tokens, total_tokens: tokens })}}`,
      });
    },
  );
}

/**
 * An encoder that adds up rows reads a long text as easily as many short ones, in windows; another would be held by it.
 * @throws ParameterError for a text that is too long there, too
 */
function usualOverflow(texts: readonly string[], { tokenUnit }: Pick<WindowedEncoder, "tokenUnit">): Overflow {
  if (tokenUnit !== "character") return "error";
  const long = texts.findIndex(({ length }) => length > MAX_TEXT_TOKENS);
  if (long === -1) return "average";
  const message =
    `Text ${long + 1} of ${texts.length} has ${texts[long]?.length} tokens (characters); at most ${MAX_TEXT_TOKENS} are read. ` +
    'Shorten it, or allow it to be cut ("overflow": "truncate") or averaged ("average").';
  throw new ParameterError("text-too-long", "input", message);
}

class NoSuchModelError extends ParameterError {}

function errorType(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

function assertModel(name: string, served: string): void {
  if (name === served || USUAL_MODELS.has(name)) return;
  const message = `There is no model \`${name}\` here; this server has \`${served}\`.`;
  throw new NoSuchModelError("not-found", "model", message);
}

function toTexts(input: Static<typeof EmbeddingsRequest>["input"]): readonly string[] {
  const texts = typeof input === "string" ? [input] : input;
  if (texts.length === 0)
    throw new ParameterError("invalid-request", "input", "input is empty; send at least one text.");
  if (texts.length > MAX_INPUTS) {
    const message = `input holds ${texts.length} texts; at most ${MAX_INPUTS} are taken at once.`;
    throw new ParameterError("invalid-request", "input", message);
  }
  if (!isTexts(texts)) {
    const message = "input holds token numbers, which belong to another model's tokenizer; send the text itself.";
    throw new ParameterError("invalid-request", "input", message);
  }
  const empty = texts.indexOf("");
  if (empty >= 0) {
    throw new ParameterError("invalid-request", "input", `Text ${empty + 1} of ${texts.length} in input is empty.`);
  }
  return texts;
}

function isTexts(input: readonly unknown[]): input is readonly string[] {
  return input.every((item) => typeof item === "string");
}

/** Little-endian float32, as there. */
function toBase64(numbers: readonly number[]): string {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4);
  });
  return bytes.toString("base64");
}
