import type { Encoder } from "../encoder/encoder.ts";
import { isWindowedEncoder, type WindowedEncoder, withCharacterWindows } from "../encoder/windowed-encoder.ts";
import { AppError } from "../errors.ts";
import type { App } from "../http/app.ts";
import { type CreateAppOptions, createApp } from "../http/create-app.ts";
import { errorReplies } from "../http/error-wire.ts";
import { Type } from "../http/schema.ts";
import type { Resources } from "../resources/resources.ts";
import { createToScript } from "../resources/to-script.ts";
import type { EncoderContext } from "./context.ts";
import { ancestorDialect } from "./dialects/ancestor.ts";
import { openAiDialect } from "./dialects/openai.ts";
import { teiDialect } from "./dialects/tei.ts";
import { addDocsPage } from "./docs-page.ts";
import { Engine } from "./engine.ts";
import { readJsonBodies } from "./json-body.ts";
import { DEFAULT_DEADLINE_MS, type LimitOptions, MAX_REQUEST_INPUTS, toLimits } from "./limits.ts";
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
  /** Connections that are held at the same time. Default 256. */
  readonly maxConnections?: number | undefined;
  /** Requests of one client in a minute. Default 1200, and any number for programs on this machine. */
  readonly rateLimit?: number | undefined;
  /** Addresses and ranges of proxies whose X-Forwarded-For is believed. Default: none. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Level of the request log, written to standard error. Default `silent`. */
  readonly logLevel?: CreateAppOptions["logLevel"];
}

const DEFAULT_MAX_BODY_BYTES = 4 * 2 ** 20;
const DEFAULT_MAX_CONNECTIONS = 256;
/** Bytes of bodies that are held at the same time, in largest bodies. */
const MAX_BODIES_IN_FLIGHT = 2;
/** Values of a body beside its texts. */
const MAX_OTHER_VALUES = 64;
/** The deepest body that means anything is an array in an object. */
const MAX_DEPTH = 8;
/** The engine says itself that its time is over; the server does where even that does not come. */
const ANSWER_MS = 2000;

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
    maxBodyBytesInFlight: maxBodyBytes * MAX_BODIES_IN_FLIGHT,
    requestTimeoutMs: (options.limits?.deadlineMs ?? DEFAULT_DEADLINE_MS) + ANSWER_MS,
    maxConnections: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
    rateLimit: options.rateLimit,
    trustedProxies: options.trustedProxies,
    coercesBody: false,
    inflates: true,
    logLevel: options.logLevel,
  });
  const maxTexts = options.limits?.maxRequestInputs ?? MAX_REQUEST_INPUTS;
  readJsonBodies(app, { maxValues: Math.max(maxTexts, MAX_REQUEST_INPUTS) + MAX_OTHER_VALUES, maxDepth: MAX_DEPTH });
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

  refuseWhenFull(app, context);
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

/** Refuses before a body is read when the engine is full anyway. */
function refuseWhenFull(app: App, context: EncoderContext): void {
  app.addHook("onRequest", async ({ method, is404 }) => {
    if (method === "POST" && !is404) context.engine().checkRoom();
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
