import { AppError, type ErrorCode } from "../../errors.ts";
import { toErrorHandler } from "../../http/answer-errors.ts";
import type { App } from "../../http/app.ts";
import { Type } from "../../http/schema.ts";
import { type EncoderContext, embedForReply, toNumbers } from "../context.ts";
import { assertDimensions } from "../dimensions.ts";
import { sendInPieces } from "../send-in-pieces.ts";
import { assertUnitNorm, normalize } from "../unit-norm.ts";

/** The API of Text Embeddings Inference: https://huggingface.github.io/text-embeddings-inference */

const EmbedRequest = Type.Object({
  inputs: Type.Union([Type.String(), Type.Array(Type.String())]),
  truncate: Type.Optional(
    Type.Union([Type.Boolean(), Type.Null()], { description: "Cut a text that is too long instead of refusing it." }),
  ),
  truncation_direction: Type.Enum(["Left", "Right"], {
    default: "Right",
    description: "Left, which keeps the end of a text, is refused.",
  }),
  normalize,
  prompt_name: Type.Optional(
    Type.Union([Type.Enum(["query", "passage", "document"]), Type.Null()], {
      description: "What the texts are for, where the encoder tells queries from documents. Default: document.",
    }),
  ),
  dimensions: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
});

const InfoReply = Type.Object({
  model_id: Type.String(),
  model_sha: Type.String({ description: "The encoder's fingerprint." }),
  model_dtype: Type.String(),
  model_type: Type.Object({ embedding: Type.Object({ pooling: Type.String() }) }),
  max_concurrent_requests: Type.Integer(),
  max_input_length: Type.Integer(),
  max_batch_tokens: Type.Integer(),
  max_client_batch_size: Type.Integer(),
  auto_truncate: Type.Boolean(),
  tokenization_workers: Type.Integer(),
  version: Type.String(),
  wenxun: Type.Object(
    {
      fingerprint: Type.String(),
      dimensions: Type.Integer(),
      shorterDimensions: Type.Array(Type.Integer()),
      tokenUnit: Type.String(),
    },
    { description: "What wenxun as a client wants to know beside." },
  ),
});

/** There: `error_type` of a refusal, and the status that goes with it where it differs from the house's own. */
const ERROR_TYPES: Partial<Record<ErrorCode, { type: string; status?: number }>> = {
  "invalid-request": { type: "Validation", status: 422 },
  "payload-too-large": { type: "Validation" },
  "text-too-long": { type: "Validation", status: 413 },
  overloaded: { type: "Overloaded" },
  unavailable: { type: "Unhealthy" },
  "encoder-unavailable": { type: "Unhealthy" },
};

const failure = (description: string) =>
  Type.Object({ error: Type.String(), error_type: Type.String() }, { description });

const ERRORS = {
  413: failure("A text, or the body, is too long."),
  422: failure("The body cannot be used."),
  429: failure("The queue is full."),
  default: failure("Any other failure."),
};

/** JSON has no infinity; said of encoders that read any length. */
const ANY_LENGTH = 2 ** 31 - 1;

export async function teiDialect(app: App, context: EncoderContext): Promise<void> {
  app.setErrorHandler(
    toErrorHandler(({ status, code, message }, _request, reply) => {
      const known = ERROR_TYPES[code];
      return reply.status(known?.status ?? status).send({ error: message, error_type: known?.type ?? "Backend" });
    }),
  );

  app.post(
    "/embed",
    {
      schema: {
        tags: ["Text Embeddings Inference"],
        operationId: "embed",
        summary: "Texts to vectors.",
        body: EmbedRequest,
        response: { 200: Type.Array(Type.Array(Type.Number())), ...ERRORS },
      },
    },
    async ({ body }, reply) => {
      const { encoder } = context.engine();
      assertUnitNorm(body);
      if (body.truncation_direction === "Left") {
        throw new AppError(
          "invalid-request",
          "truncation_direction is Left, but this server keeps the beginning of a text.",
        );
      }
      const dimensions = body.dimensions ?? encoder.dimensions;
      assertDimensions(dimensions, encoder);
      const texts = typeof body.inputs === "string" ? [body.inputs] : body.inputs;
      if (texts.length === 0) throw new AppError("invalid-request", "inputs is empty; send at least one text.");
      const embeddings = await embedForReply(context, reply, {
        texts,
        role: body.prompt_name === "query" ? "query" : "document",
        overflow: body.truncate === true ? "truncate" : "error",
      });
      return sendInPieces(reply, {
        before: "[",
        items: embeddings,
        toJson: (embedding) => JSON.stringify(toNumbers(embedding, dimensions)),
        after: "]",
      });
    },
  );

  app.get(
    "/info",
    {
      schema: {
        tags: ["Text Embeddings Inference"],
        operationId: "getInfo",
        summary: "The encoder and the limits.",
        response: { 200: InfoReply, default: ERRORS.default },
      },
    },
    async () => {
      const { encoder, limits } = context.engine();
      const { fingerprint, dimensions, shorterDimensions = [], tokenUnit } = encoder;
      return {
        model_id: context.modelName(),
        model_sha: fingerprint,
        model_dtype: "float32",
        model_type: { embedding: { pooling: "mean" } },
        max_concurrent_requests: limits.maxHeldInputs,
        max_input_length: Number.isFinite(encoder.maxTokens) ? encoder.maxTokens : ANY_LENGTH,
        max_batch_tokens: limits.batchTokens,
        max_client_batch_size: limits.maxRequestInputs,
        auto_truncate: false,
        tokenization_workers: 1,
        version: context.version,
        wenxun: { fingerprint, dimensions, shorterDimensions: [...shorterDimensions], tokenUnit },
      };
    },
  );
}
