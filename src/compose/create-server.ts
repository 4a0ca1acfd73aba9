import { randomBytes } from "node:crypto";
import { constants as zlib } from "node:zlib";
import fastifyCompress from "@fastify/compress";
import fastifySwagger from "@fastify/swagger";
import fastify, { type FastifyRequest } from "fastify";
import { type App, type Backend, type ServerContext, watchBackend } from "../api/context.ts";
import { addArticleRoutes } from "../api/routes/articles.ts";
import { addExport } from "../api/routes/export.ts";
import { addMetrics } from "../api/routes/metrics.ts";
import { addPutRoute } from "../api/routes/put-articles.ts";
import { addSearchRoute } from "../api/routes/search.ts";
import { addStatusRoutes } from "../api/routes/status.ts";
import { addSuggestRoute } from "../api/routes/suggest.ts";
import { AppError } from "../errors.ts";
import { drainOnClose } from "../http/drain-on-close.ts";
import { toFailure, toValidationError } from "../http/error-reply.ts";
import { addSecurityHeaders } from "../http/security.ts";
import { answerUnparsed } from "../http/unparsed-request.ts";
import { MAX_ID_LENGTH } from "../ingest/identity.ts";
import type { Resources } from "../resources/resources.ts";
import { createToScript } from "../resources/to-script.ts";
import { type Assets, addAssets, addIcon, addManifest } from "../site/assets.ts";
import { addCitations } from "../site/routes/cite.ts";
import { addFacetPages } from "../site/routes/facets.ts";
import { addFeeds } from "../site/routes/feeds.ts";
import { addPages, sendErrorPage } from "../site/routes/pages.ts";
import { addWhyPage } from "../site/routes/why.ts";

export interface ServerOptions {
  /** A promise where the server shall listen at once; until it resolves, searches get 503 and /readyz says so. */
  readonly backend: Backend | Promise<Backend>;
  readonly resources: Pick<Resources, "status" | "acquire">;
  /** Of the product, as shown in /api/status. */
  readonly version: string;
  /** Folder of the built script and style; absent or empty: pages go without. */
  readonly assetsFolder?: string | undefined;
  /** Queries to try, shown on the first page. Default: the largest categories. */
  readonly examples?: readonly string[] | undefined;
  /** Where readers reach the server, for addresses in feeds. Default: the host that each request names. */
  readonly publicUrl?: string | undefined;
  /** Bearer token that may add articles; undefined: nobody may. */
  readonly token?: string | undefined;
  /** Largest request body. Default 32 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Of the request log on standard error. Default `silent`. */
  readonly logLevel?: "silent" | "error" | "warn" | "info" | "debug" | undefined;
}

const DEFAULT_MAX_BODY_BYTES = 32 * 2 ** 20;

/** Room for a query of 10,000 characters, percent-encoded as UTF-8 (at most 9 bytes per UTF-16 unit), and the headers. */
const MAX_HEADER_BYTES = 128 * 1024;

/** An article's id, percent-encoded as UTF-8. */
const MAX_PATH_PART = MAX_ID_LENGTH * 9;

/** 256 KiB hold a whole reply; the default of 4 MiB is taken for each reply under way. */
const BROTLI_WINDOW_BITS = 18;

/** How long a client may take to send a request; against those that hold a connection open on purpose. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * The whole server, ready for `inject` or {@link listen}. Closing it finishes the requests it has accepted.
 */
export async function createServer(options: ServerOptions): Promise<App> {
  const app: App = fastify({
    logger: { level: options.logLevel ?? "silent", stream: process.stderr },
    genReqId: () => randomBytes(9).toString("base64url"),
    requestIdHeader: false,
    bodyLimit: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    routerOptions: { maxParamLength: MAX_PATH_PART, ignoreTrailingSlash: true },
    ajv: { customOptions: { verbose: true } },
    schemaErrorFormatter: toValidationError,
    clientErrorHandler: answerUnparsed,
  });
  const context: ServerContext = {
    version: options.version,
    startedAtMs: Date.now(),
    publicUrl: options.publicUrl,
    token: options.token,
    resourceStatus: () => options.resources.status(),
    ...watchBackend(options.backend),
  };

  drainOnClose(app);
  addSecurityHeaders(app);
  tellTiming(app);
  dropEmptyParameters(app);
  await app.register(fastifyCompress, {
    encodings: ["br", "gzip"],
    // Quality 11, the default, takes longer than most searches; 4 comes within a tenth of its size.
    brotliOptions: { params: { [zlib.BROTLI_PARAM_QUALITY]: 4, [zlib.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW_BITS } },
  });
  await app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "wenxun",
        version: options.version,
        description: "Search a news archive by meaning, by keyword and by date, in both Chinese scripts.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
  });
  const assets = await addAssets(app, options.assetsFolder);
  answerErrors(app, context, assets);
  addMetrics(app, context);
  addSearchRoute(app, context);
  addArticleRoutes(app, context);
  addPutRoute(app, context);
  addStatusRoutes(app, context);
  addFeeds(app, context);
  addExport(app, context);
  addCitations(app, context);
  addIcon(app);
  addManifest(app);
  addFacetPages(app, context, assets);
  addWhyPage(app, context, assets);
  addSuggestRoute(app, context);
  addPages(app, context, {
    assets,
    examples: options.examples ?? [],
    toScript: createToScript(options.resources),
  });
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  await app.ready();
  return app;
}

/** The server's part of a reply, without compressing it, where a browser's tools show it; routes may name parts of that before. */
function tellTiming(app: App): void {
  app.addHook("onSend", async (_request, reply) => {
    const parts = [reply.getHeader("server-timing"), `total;dur=${reply.elapsedTime.toFixed(1)}`];
    reply.header("server-timing", parts.filter((part) => part !== undefined).join(", "));
  });
}

/** A plain form sends every field; an empty one counts as absent, so that `from=` is no wrong date. */
function dropEmptyParameters(app: App): void {
  app.addHook("preValidation", async (request) => {
    const query = request.query as Record<string, string | string[]>;
    for (const [name, value] of Object.entries(query)) {
      const filled = Array.isArray(value) ? value.filter((item) => item !== "") : value;
      if (filled.length === 0) delete query[name];
      else query[name] = filled;
    }
  });
}

/** Programs get JSON; whoever asks for a page with a browser gets one. */
const wantsPage = ({ url, headers }: FastifyRequest): boolean =>
  !url.startsWith("/api/") && (headers.accept ?? "").includes("text/html");

function answerErrors(app: App, context: ServerContext, assets: Assets): void {
  app.setErrorHandler((error, request, reply) => {
    const failure = toFailure(error);
    // A search that its reader gave up, by typing on, ends in an error too; nobody waits for the answer.
    if (failure.unexpected && !reply.raw.destroyed) request.log.error({ err: error }, "request failed");
    if (failure.retryAfterS !== undefined) reply.header("retry-after", failure.retryAfterS);
    if (failure.status === 401) reply.header("www-authenticate", "Bearer");
    reply.status(failure.status);
    if (wantsPage(request)) return sendErrorPage(context, assets, { request, reply, failure });
    return reply.send({ code: failure.code, message: failure.message, requestId: request.id });
  });
  app.setNotFoundHandler((request) => {
    throw new AppError("not-found", `There is nothing at ${request.method} ${request.url.split("?", 1)[0]}.`);
  });
}
