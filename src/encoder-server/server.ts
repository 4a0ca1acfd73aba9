import { randomBytes } from "node:crypto";
import fastifySwagger from "@fastify/swagger";
import fastify from "fastify";
import type { Encoder } from "../encoder/encoder.ts";
import { isWindowedEncoder, type WindowedEncoder, withCharacterWindows } from "../encoder/windowed-encoder.ts";
import { AppError } from "../errors.ts";
import type { App } from "../http/app.ts";
import { drainOnClose } from "../http/drain-on-close.ts";
import { toFailure, toValidationError } from "../http/error-reply.ts";
import { answerUnparsed } from "../http/unparsed-request.ts";
import type { Resources } from "../resources/resources.ts";
import { createToScript } from "../resources/to-script.ts";
import type { EncoderContext } from "./context.ts";
import { ancestorDialect } from "./dialects/ancestor.ts";
import { openAiDialect } from "./dialects/openai.ts";
import { teiDialect } from "./dialects/tei.ts";
import { addDocsPage } from "./docs-page.ts";
import { Engine } from "./engine.ts";
import { type LimitOptions, toLimits } from "./limits.ts";
import { addMetrics } from "./metrics.ts";

export interface EncoderServerOptions {
  /** A promise where the server shall listen at once; until it resolves and is warm, texts get 503 and /readyz says so. */
  readonly encoder: Encoder | Promise<Encoder>;
  readonly resources: Pick<Resources, "acquire">;
  /** Of the product. */
  readonly version: string;
  /** Name under which the encoder is served. Default: its own. */
  readonly modelName?: string | undefined;
  readonly limits?: LimitOptions | undefined;
  /** Largest request body. Default 4 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Of the request log on standard error. Default `silent`. */
  readonly logLevel?: "silent" | "error" | "warn" | "info" | "debug" | undefined;
}

const DEFAULT_MAX_BODY_BYTES = 4 * 2 ** 20;
/** Bodies of requests that are not answered yet, together, in largest bodies. */
const MAX_BODIES_IN_FLIGHT = 4;
/** How long a client may take to send a request; against those that hold a connection open on purpose. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * The embedding server: one engine under three dialects, ready for `inject` or `listen`. Closing it refuses what comes and
 * answers what was accepted. The encoder stays the caller's to close.
 */
export async function createEncoderServer(options: EncoderServerOptions): Promise<App> {
  const maxBodyBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  const app: App = fastify({
    logger: { level: options.logLevel ?? "silent", stream: process.stderr },
    genReqId: () => randomBytes(9).toString("base64url"),
    requestIdHeader: false,
    bodyLimit: maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    clientErrorHandler: answerUnparsed,
    // Closing answers new requests on open connections with the dialect's own 503.
    return503OnClosing: false,
    ajv: { customOptions: { verbose: true, coerceTypes: false, removeAdditional: false } },
    schemaErrorFormatter: toValidationError,
  });
  // The schemas document the replies; thousands of floats go out fastest through plain JSON.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));

  let engine: Engine | undefined;
  let failure: unknown;
  const { onBatch } = addMetrics(app, () => engine);
  const loading = loadEngine(options, onBatch).then(
    (loaded) => {
      engine = loaded;
    },
    (error: unknown) => {
      failure = error;
      // What went wrong on purpose is told to whoever asks, and by the caller, whose promise it was.
      if (!(error instanceof AppError)) app.log.error({ err: error }, "the encoder could not be loaded");
    },
  );
  if (!(options.encoder instanceof Promise)) await loading;

  const context: EncoderContext = {
    engine: () => {
      if (engine !== undefined) return engine;
      if (failure !== undefined) throw failure;
      throw new AppError("unavailable", "The encoder is being loaded; try again in a second.", { retryAfterS: 1 });
    },
    modelName: () => options.modelName ?? context.engine().encoder.name,
    toScript: createToScript(options.resources),
    version: options.version,
  };

  answerErrors(app);
  limitBodies(app, context, maxBodyBytes * MAX_BODIES_IN_FLIGHT, maxBodyBytes);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id).header("x-content-type-options", "nosniff");
  });
  app.addHook("preClose", async () => {
    await loading;
    await engine?.close();
  });
  drainOnClose(app);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "wenxun encoder-server",
        version: options.version,
        description: "Text to vectors: one encoder, three dialects.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
    },
  });
  await app.register(ancestorDialect, context);
  await app.register(openAiDialect, context);
  await app.register(teiDialect, context);
  addHealth(app, context);
  addDocsPage(app);
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  await app.ready();
  return app;
}

async function loadEngine(options: EncoderServerOptions, onBatch: ConstructorParameters<typeof Engine>[0]["onBatch"]) {
  const encoder = toWindowed(await options.encoder);
  const engine = new Engine({ encoder, limits: toLimits(encoder, options.limits), onBatch: onBatch ?? (() => {}) });
  await engine.warmUp();
  return engine;
}

function toWindowed(encoder: Encoder): WindowedEncoder {
  // The engine only ever hands an encoder windows that this very encoder made.
  return (isWindowedEncoder(encoder) ? encoder : withCharacterWindows(encoder)) as WindowedEncoder;
}

/** Refuses before a body is read when the engine is full anyway, and bounds the memory of bodies that are being read. */
function limitBodies(app: App, context: EncoderContext, maxBytesInFlight: number, maxBodyBytes: number): void {
  let bytesInFlight = 0;
  app.addHook("onRequest", async (request, reply) => {
    if (request.method !== "POST") return;
    context.engine().checkRoom();
    const declared = Number(request.headers["content-length"] ?? maxBodyBytes);
    if (declared > maxBodyBytes) return;
    if (bytesInFlight + declared > maxBytesInFlight) {
      throw new AppError("overloaded", "Too many large requests are being received; try again.", { retryAfterS: 1 });
    }
    bytesInFlight += declared;
    reply.raw.once("close", () => {
      bytesInFlight -= declared;
    });
  });
}

function addHealth(app: App, context: EncoderContext): void {
  const ready = async () => {
    context.engine().checkReady();
    return { status: "ready" };
  };
  const schema = (summary: string) => ({ schema: { tags: ["health"], summary } });
  app.get("/livez", schema("Green while the process runs."), async () => ({ status: "live" }));
  app.get("/readyz", schema("Green once the encoder is loaded and warm."), ready);
  app.get("/health", schema("As /readyz, under the name that Text Embeddings Inference gives it."), ready);
}

function answerErrors(app: App): void {
  app.setErrorHandler((error, request, reply) => {
    const failure = toFailure(error);
    if (failure.unexpected) request.log.error({ err: error }, "request failed");
    if (failure.retryAfterS !== undefined) reply.header("retry-after", failure.retryAfterS);
    return reply.status(failure.status).send({ code: failure.code, message: failure.message, requestId: request.id });
  });
  app.setNotFoundHandler((request) => {
    const path = request.url.split("?", 1)[0];
    throw new AppError("not-found", `There is nothing at ${request.method} ${path}. See /docs for what there is.`);
  });
}
