import type { FastifyReply, FastifyRequest } from "fastify";
import { principalOf } from "../access/principal.ts";
import { tellOrigin } from "../access/same-origin.ts";
import { allows } from "../access/scopes.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { toErrorHandler } from "../http/answer-errors.ts";
import type { App } from "../http/app.ts";
import { askerOf } from "../http/asker.ts";
import { isDeeper } from "../http/is-deeper.ts";
import type { Site } from "../http/site.ts";
import type { McpArchive } from "./context.ts";
import { McpThread, type McpThreadOptions } from "./thread/mcp-thread.ts";
import type { McpQuestion, McpReply } from "./thread/messages.ts";

export interface McpRouteOptions extends Pick<McpThreadOptions, "freeBytes"> {
  /** @throws AppError `unavailable` while the archive is opening */
  readonly archive: () => McpArchive;
  /** Where readers reach the server; undefined: as each request says. */
  readonly publicUrl: string | undefined;
  /** Where who sent a request finds the pages of articles. */
  readonly toSite: (request: FastifyRequest) => Site;
  /** Told of each tool that is called, for the audit log. */
  readonly note: (request: FastifyRequest, tool: string, args: unknown) => void;
}

/** Largest body: a call with a few arguments. */
const MAX_BODY_BYTES = 262_144;

/** Messages that revisions before 2025-06-18 may send in one request, which counts as one. */
const MAX_MESSAGES = 10;

/** Lists and objects within each other in a message; arguments of tools have two. */
const MAX_DEPTH = 32;

/** Of JSON-RPC: what is no JSON, what is no request, and what the server has its own codes for. */
const JSON_RPC_CODES = { parse: -32_700, request: -32_600, server: -32_000 } as const;

/** Streamable HTTP at `POST /mcp`: no sessions, so that any number of servers may stand behind one address. */
export function addMcpRoute(app: App, options: McpRouteOptions): void {
  const thread = new McpThread({
    freeBytes: options.freeBytes,
    onProblem: (message) => app.log.debug({ message }, "MCP"),
  });
  app.post(
    "/mcp",
    {
      schema: { hide: true },
      bodyLimit: MAX_BODY_BYTES,
      errorHandler: toErrorHandler(({ code, message }, request, reply, error) =>
        reply.type("application/json; charset=utf-8").send({
          jsonrpc: "2.0",
          id: null,
          error: { code: toJsonRpcCode(code, error), message, data: { code, requestId: request.id } },
        }),
      ),
      // Before the body is read: a page of somebody else may not use its reader's access.
      onRequest: async (request) => {
        if (tellOrigin(request, options.publicUrl) !== "foreign") return;
        throw new AppError(
          "forbidden",
          "This comes from a page of another site, which this server does not answer to.",
        );
      },
    },
    async (request, reply) => {
      // Known to be open before a protocol is spoken: the reply then has the status and Retry-After of every other route.
      const archive = options.archive();
      checkMessages(request.body);
      const asked = toQuestion(request, archive, options);
      const note = (tool: string, args: unknown): void => options.note(request, tool, args);
      return sendReply(reply, await thread.ask(asked, { archive, options: askerOf(request), note }));
    },
  );
  app.addHook("onClose", () => thread[Symbol.asyncDispose]());
}

/** @throws AppError `invalid-request` */
function checkMessages(body: unknown): void {
  if (Array.isArray(body) && body.length > MAX_MESSAGES)
    throw new AppError("invalid-request", `There are ${body.length} messages in one request: at most ${MAX_MESSAGES}.`);
  if (isDeeper(body, MAX_DEPTH))
    throw new AppError(
      "invalid-request",
      `The message has more than ${MAX_DEPTH} lists and objects within each other.`,
    );
}

/** The request as it goes to the thread; its body was read and parsed before. */
const toQuestion = (
  request: FastifyRequest,
  { archive, version }: McpArchive,
  { toSite }: McpRouteOptions,
): McpQuestion => ({
  headers: Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined || name === "content-length" ? [] : [[name, [value].flat().join(", ")] as const],
  ),
  body: JSON.stringify(request.body),
  mayRead: allows(principalOf(request).scopes, ["read"]),
  site: toSite(request),
  info: archive.info,
  version,
});

function sendReply(reply: FastifyReply, { status, headers, body }: McpReply): FastifyReply {
  // It took too long, and has been answered so.
  if (reply.sent) return reply;
  for (const [name, value] of headers) reply.header(name, value);
  return reply.status(status).send(body === "" ? undefined : body);
}

function toJsonRpcCode(code: ErrorCode, error: unknown): number {
  if (error instanceof SyntaxError || isUnreadable(error)) return JSON_RPC_CODES.parse;
  return code === "invalid-request" ? JSON_RPC_CODES.request : JSON_RPC_CODES.server;
}

/** The framework's own word for a body that is no JSON, or none at all. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^FST_ERR_CTP_(?:INVALID_JSON|EMPTY_JSON)_BODY$/.test(`${error.code}`);
