import { AppError } from "../../errors.ts";
import { sendFailureAsProblem, toErrorHandler } from "../../http/answer-errors.ts";
import type { App } from "../../http/app.ts";
import { askerOf } from "../../http/asker.ts";
import { errorReplies, problemReply } from "../../http/error-wire.ts";
import { Type } from "../../http/schema.ts";
import { TimeSlices } from "../../threads/time-slices.ts";
import { type EncoderContext, embedForReply, toNumbers } from "../context.ts";
import { OVERFLOWS } from "../engine.ts";
import { sendInPieces } from "../send-in-pieces.ts";
import { assertUnitNorm, normalize } from "../unit-norm.ts";

/** The dialect of the first embedding server of this line: `POST /` for one text, `POST /batch` for many. */

/** How long preparing texts may hold the thread. */
const SLICE_MS = 8;

/** Longest text on `POST /`, in UTF-16 units, as it was there. */
const MAX_SINGLE_TEXT = 384;

const t2s = Type.Boolean({ default: false, description: "Convert Traditional Chinese to Simplified first." });
const overflow = Type.Enum([...OVERFLOWS], {
  default: "truncate",
  description: "What becomes of a text that is longer than the encoder reads.",
});
const role = Type.Enum(["query", "document"], {
  default: "document",
  description: "What the text is for, where the encoder tells queries from documents.",
});
const Vector = Type.Array(Type.Number());

const SingleRequest = Type.Object({ text: Type.String(), t2s, overflow, role, normalize });
const SingleReply = Type.Object({
  vector: Vector,
  vectors: Vector,
  tokens: Type.Integer({ description: "Tokens that were read." }),
  truncated: Type.Boolean({ description: "True when the end of the text was not read." }),
});

const BatchRequest = Type.Object({ text_batch: Type.Array(Type.String()), t2s, overflow, role, normalize });
const BatchReply = Type.Object({
  vectors: Type.Array(Vector),
  tokens: Type.Array(Type.Integer()),
  truncated: Type.Array(Type.Boolean()),
});

const ERRORS = {
  422: problemReply("The body cannot be used."),
  ...errorReplies("payload-too-large", "overloaded", "unavailable"),
};

const sendAsProblem = sendFailureAsProblem();

export async function ancestorDialect(app: App, context: EncoderContext): Promise<void> {
  const prepare = async (text: string, t2s: boolean): Promise<string> => {
    const oneLine = text.replaceAll("\n", " ");
    return t2s ? await context.toScript(oneLine, "zh-Hans") : oneLine;
  };

  app.setErrorHandler(
    toErrorHandler((failure, request, reply, error) => {
      // As there, a body that breaks the schema is 422, with the reason under `detail`.
      const isBodyWrong = failure.code === "invalid-request" && failure.status === 400;
      if (isBodyWrong) reply.status(422);
      return sendAsProblem(isBodyWrong ? { ...failure, status: 422 } : failure, request, reply, error);
    }),
  );

  app.post(
    "/",
    {
      schema: {
        tags: ["first dialect"],
        operationId: "embedText",
        summary: "One text to its vector.",
        body: SingleRequest,
        response: { 200: SingleReply, ...ERRORS },
      },
    },
    async ({ body }, reply) => {
      assertUnitNorm(body);
      if (body.text.length > MAX_SINGLE_TEXT) {
        throw new AppError(
          "text-too-long",
          `text has ${body.text.length} characters; POST / takes at most ${MAX_SINGLE_TEXT}. Send it to POST /batch.`,
        );
      }
      const text = await prepare(body.text, body.t2s);
      const { overflow, role } = body;
      const embeddings = await embedForReply(context, reply, { texts: [text], role, overflow });
      const [embedding] = embeddings;
      if (embedding === undefined) throw new AppError("internal", "The engine gave no embedding for one text.");
      const vector = toNumbers(embedding, context.engine().encoder.dimensions);
      return { vector, vectors: vector, tokens: embedding.tokenCount, truncated: embedding.isCut };
    },
  );

  app.post(
    "/batch",
    {
      schema: {
        tags: ["first dialect"],
        operationId: "embedTexts",
        summary: "Texts to vectors, in order.",
        body: BatchRequest,
        response: { 200: BatchReply, ...ERRORS },
      },
    },
    async ({ body }, reply) => {
      assertUnitNorm(body);
      context.engine().checkCount(body.text_batch.length);
      const { signal } = askerOf(reply.request);
      const texts: string[] = [];
      const slices = new TimeSlices(SLICE_MS);
      for (const text of body.text_batch) {
        // For nobody nothing is embedded either, which says so.
        if (signal?.aborted) break;
        texts.push(await prepare(text, body.t2s));
        if (slices.isOver) await slices.next();
      }
      const { overflow, role } = body;
      const embeddings = await embedForReply(context, reply, { texts, role, overflow });
      const { dimensions } = context.engine().encoder;
      const tokens = embeddings.map(({ tokenCount }) => tokenCount);
      const truncated = embeddings.map(({ isCut }) => isCut);
      return sendInPieces(reply, {
        before: '{"vectors":[',
        items: embeddings,
        toJson: (embedding) => JSON.stringify(toNumbers(embedding, dimensions)),
        after: `],"tokens":${JSON.stringify(tokens)},"truncated":${JSON.stringify(truncated)}}`,
      });
    },
  );
}
