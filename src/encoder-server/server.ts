import { Type } from "typebox";
import type { Encoder } from "../encoder/encoder.ts";
import { isWindowedEncoder, type WindowedEncoder, withCharacterWindows } from "../encoder/windowed-encoder.ts";
import { AppError } from "../errors.ts";
import type { App } from "../http/app.ts";
import { type CreateAppOptions, createApp } from "../http/create-app.ts";
import { errorReplies } from "../http/error-wire.ts";
import type { Resources } from "../resources/resources.ts";
import { createToScript } from "../resources/to-script.ts";
import type { EncoderContext } from "./context.ts";
import { ancestorDialect } from "./dialects/ancestor.ts";
import { openAiDialect } from "./dialects/openai.ts";
import { teiDialect } from "./dialects/tei.ts";
import { addDocsPage } from "./docs-page.ts";
import { Engine } from "./engine.ts";
import { readJsonBodies } from "./json-body.ts";
import { type LimitOptions, toLimits } from "./limits.ts";
import { addMetrics } from "./metrics.ts";

export interface EncoderServerOptions {
  /** A promise where the server is to listen at once; until it resolves and is warm, texts get 503 and /readyz says so. */
  readonly encoder: Encoder | Promise<Encoder>;
  readonly resources: Pick<Resources, "acquire">;
  /** Version of the product. */
  readonly version: string;
  /** Name under which the encoder is served. Default: its own. */
  readonly modelName?: string | undefined;
  readonly limits?: LimitOptions | undefined;
  /** Largest request body. Default 4 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Level of the request log, written to standard error. Default `silent`. */
  readonly logLevel?: CreateAppOptions["logLevel"];
}

const DEFAULT_MAX_BODY_BYTES = 4 * 2 ** 20;
/** Bodies of requests that are not answered yet, together, in largest bodies. */
const MAX_BODIES_IN_FLIGHT = 4;

/**
 * The embedding server: one engine under three dialects, ready for `inject` or `listen`. Closing it refuses what comes and
 * answers what was accepted. The encoder stays the caller's to close.
 */
export async function createEncoderServer(options: EncoderServerOptions): Promise<App> {
  const maxBodyBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  const app = await createApp({
    title: "wenxun encoder-server",
    description: "Text to vectors: one encoder, three dialects.",
    version: options.version,
    maxBodyBytes,
    coercesBody: false,
    logLevel: options.logLevel,
  });
  readJsonBodies(app);
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

  limitBodies(app, context, maxBodyBytes * MAX_BODIES_IN_FLIGHT, maxBodyBytes);
  app.addHook("preClose", async () => {
    await loading;
    await engine?.close();
  });
  await app.register(ancestorDialect, context);
  await app.register(openAiDialect, context);
  await app.register(teiDialect, context);
  addHealth(app, context);
  addDocsPage(app);
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

const Health = Type.Object({ status: Type.Enum(["live", "ready"]) });

function addHealth(app: App, context: EncoderContext): void {
  const check = async () => {
    context.engine().checkReady();
    return { status: "ready" as const };
  };
  const toSchema = (operationId: string, summary: string) => ({
    schema: { operationId, summary, tags: ["health"], response: { 200: Health, ...errorReplies("unavailable") } },
  });
  app.get("/livez", toSchema("checkAlive", "Green while the process runs."), async () => ({ status: "live" as const }));
  app.get("/readyz", toSchema("checkReady", "Green once the encoder is loaded and warm."), check);
  app.get(
    "/health",
    toSchema("checkHealth", "As /readyz, under the name that Text Embeddings Inference gives it."),
    check,
  );
}
