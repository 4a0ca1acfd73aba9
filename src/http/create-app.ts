import fastify from "fastify";
import { answerErrors, type SendFailure, sendFailureAsProblem, toErrorHandler } from "./answer-errors.ts";
import type { App } from "./app.ts";
import { type AskerOptions, watchAskers } from "./asker.ts";
import { COMPILERS } from "./compile-once.ts";
import { compressReplies } from "./compress-replies.ts";
import { createHttpServer } from "./create-http-server.ts";
import { describeRoutes } from "./description.ts";
import { drainOnClose } from "./drain-on-close.ts";
import { toValidationError } from "./error-reply.ts";
import { limitIncomingBodies } from "./incoming-body.ts";
import { inflateBodies } from "./inflate-bodies.ts";
import { limitRate } from "./limit-rate.ts";
import { addSecurityHeaders, SECURITY_HEADERS } from "./security-headers.ts";
import { completeSitePath, refuseOwnPath, withoutSitePath } from "./site.ts";
import { toRequestId } from "./unparsed-request.ts";
import { closeOverUnreadBodies, closeOverUnreadBody } from "./unread-body.ts";
import type { DescribedServer } from "./write-description.ts";

export interface CreateAppOptions extends DescribedServer {
  /** Largest request body. */
  readonly maxBodyBytes: number;
  /** Bytes of bodies that are held at the same time, of all requests together. Default: those of {@link BODIES_IN_FLIGHT} largest ones. */
  readonly maxBodyBytesInFlight?: number | undefined;
  /** How long a request may take, once it is here, until its answer begins. Default {@link REQUEST_TIMEOUT_MS}. */
  readonly requestTimeoutMs?: number | undefined;
  /** Connections that are held at the same time. Default {@link MAX_CONNECTIONS}. */
  readonly maxConnections?: number | undefined;
  /** Addresses and ranges of proxies whose X-Forwarded-For, -Host and -Proto are believed, read from the right. Default: none. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Requests of one client in a minute; see {@link RateOptions}. */
  readonly rateLimit?: number | undefined;
  /** See {@link AskerOptions}. */
  readonly nameClient?: AskerOptions["nameClient"];
  /** Longest part of a path between slashes, as it is sent. Default 100. */
  readonly maxPathPart?: number;
  /** Fields of a JSON body are converted to the type that is wanted and dropped where they are unknown. Default true. */
  readonly coercesBody?: boolean;
  /** Bodies may be sent compressed, with Content-Encoding. Default false. */
  readonly inflates?: boolean;
  /** Replies are compressed for clients that read it. Default false. */
  readonly compresses?: boolean;
  /** How a failure is sent. Default: as problem details in JSON. */
  readonly sendFailure?: SendFailure;
  /** Path of the site behind a proxy, `/` or `/news/`; a proxy may pass it on or strip it. Default `/`. */
  readonly sitePath?: string;
  /** Level of the request log, written to standard error. Default `silent`. */
  readonly logLevel?: "silent" | "error" | "warn" | "info" | "debug" | undefined;
}

/** Default of {@link CreateAppOptions.requestTimeoutMs}. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Default of {@link CreateAppOptions.maxConnections}. */
export const MAX_CONNECTIONS = 1024;

/** Largest bodies that are held at the same time, where the options do not say. */
const BODIES_IN_FLIGHT = 4;

/**
 * What every server is made of: the same limits, errors, headers and way to close, with its description at /openapi.json. Routes are
 * added to it; then it is ready for `inject` or `listen`.
 */
export async function createApp(options: CreateAppOptions): Promise<App> {
  const { sendFailure = sendFailureAsProblem(), sitePath = "/" } = options;
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS, trustedProxies = [] } = options;
  const answerFailure = toErrorHandler(sendFailure);
  const app: App = fastify({
    logger: { level: options.logLevel ?? "silent", stream: process.stderr },
    genReqId: toRequestId,
    schemaController: { compilersFactory: COMPILERS },
    requestIdHeader: false,
    bodyLimit: options.maxBodyBytes,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    serverFactory: (handle) =>
      createHttpServer(handle, { requestTimeoutMs, maxConnections: options.maxConnections ?? MAX_CONNECTIONS }),
    // The server that is made above does it, of which there may be two.
    clientErrorHandler: () => {},
    routerOptions: { maxParamLength: options.maxPathPart ?? 100, ignoreTrailingSlash: true },
    ajv: {
      customOptions: {
        verbose: true,
        ...(options.coercesBody === false && { coerceTypes: false, removeAdditional: false }),
      },
    },
    schemaErrorFormatter: toValidationError,
    // Closing waits for the requests under way, which may take longer than the ten seconds that the framework would allow for it.
    pluginTimeout: 0,
    rewriteUrl: ({ url = "/" }) => withoutSitePath(url, sitePath),
    // What the framework refuses before any route and hook is reached.
    frameworkErrors: (error, request, reply) => {
      reply.headers(SECURITY_HEADERS).header("x-request-id", request.id);
      closeOverUnreadBody(request, reply);
      answerFailure(error, request, reply);
    },
    // Requests that come while it closes are refused by a hook, in the shape of every error.
    return503OnClosing: false,
  });
  addSecurityHeaders(app);
  watchAskers(app, { requestTimeoutMs, nameClient: options.nameClient });
  if (options.inflates === true) inflateBodies(app);
  limitIncomingBodies(app, {
    maxBytesInFlight: options.maxBodyBytesInFlight ?? options.maxBodyBytes * BODIES_IN_FLIGHT,
  });
  closeOverUnreadBodies(app);
  completeSitePath(app, sitePath);
  refuseOwnPath(app, sitePath);
  drainOnClose(app);
  tellTiming(app);
  dropNoLength(app);
  dropEmptyParameters(app);
  await limitRate(app, { perMinute: options.rateLimit, nameClient: options.nameClient });
  if (options.compresses === true) compressReplies(app);
  describeRoutes(app, options);
  answerErrors(app, { root: sitePath }, sendFailure);
  return app;
}

/** The server's part of a reply, without compressing it, where a browser's tools show it; routes may name parts of that before. */
function tellTiming(app: App): void {
  app.addHook("onSend", async (_request, reply) => {
    const parts = [reply.getHeader("server-timing"), `total;dur=${reply.elapsedTime.toFixed(1)}`];
    reply.header("server-timing", parts.filter((part) => part !== undefined).join(", "));
  });
}

/**
 * Who asks for the head of what is written as it is read gets no length, and a reply without a body has none to tell: the framework calls
 * both 0, which would be what a GET brings (RFC 9110, 8.6).
 */
function dropNoLength(app: App): void {
  app.addHook("onRoute", (route) => {
    if (route.method !== "HEAD") return;
    // Last of all, after the framework.
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      async (_request, reply) => {
        if (reply.getHeader("content-length") === "0") reply.removeHeader("content-length");
      },
    ];
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
