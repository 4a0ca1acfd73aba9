import type { McpHttpHandler } from "@modelcontextprotocol/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import { principalOf } from "../access/principal.ts";
import { tellOrigin } from "../access/same-origin.ts";
import { allows } from "../access/scopes.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { toErrorHandler } from "../http/answer-errors.ts";
import type { App } from "../http/app.ts";
import { askerOf } from "../http/asker.ts";
import { isDeeper } from "../http/is-deeper.ts";
import type { McpArchive, McpCaller } from "./context.ts";

export interface McpRouteOptions {
  /** @throws AppError `unavailable` while the archive is opening */
  readonly archive: () => McpArchive;
  /** Where readers reach the server; undefined: as each request says. */
  readonly publicUrl: string | undefined;
  /** Address of an article's page for who sent a request. */
  readonly toPage: (request: FastifyRequest, id: string) => string;
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
  const callers = new WeakMap<Request, McpCaller>();
  let handler: Promise<McpHttpHandler> | undefined;

  const open = async (): Promise<McpHttpHandler> => {
    // 30 MB and a third of a second: loaded when somebody asks, so that nobody else pays for it.
    const [{ createMcpHandler }, { createMcpServer }] = await Promise.all([
      import("@modelcontextprotocol/server"),
      import("./create-mcp-server.ts"),
    ]);
    const toServer = ({ requestInfo }: { readonly requestInfo?: Request }) => {
      const caller = requestInfo === undefined ? undefined : callers.get(requestInfo);
      if (caller === undefined) throw new AppError("internal", "An MCP server was asked for without a request.");
      return createMcpServer(options.archive(), caller);
    };
    return createMcpHandler(toServer, {
      // Nothing that a client could be told of changes but the articles.
      maxSubscriptions: 0,
      onerror: (error) => app.log.debug({ err: error }, "MCP"),
    });
  };

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
      options.archive();
      checkMessages(request.body);
      handler ??= open();
      const { fetch } = await handler;
      const asked = toWebRequest(request);
      callers.set(asked, toCaller(request, options));
      return sendResponse(reply, await fetch(asked, { parsedBody: request.body }));
    },
  );
  app.addHook("onClose", async () => {
    await (await handler)?.close();
  });
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

const toCaller = (request: FastifyRequest, { toPage, note }: McpRouteOptions): McpCaller => ({
  mayRead: allows(principalOf(request).scopes, ["read"]),
  options: askerOf(request),
  toPage: (id) => toPage(request, id),
  note: (tool, args) => note(request, tool, args),
});

/** The request as the web's own type; its body was read and parsed before. */
function toWebRequest(request: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, [value].flat().join(", "));
  }
  headers.delete("content-length");
  return new Request("http://localhost/mcp", {
    method: "POST",
    headers,
    body: JSON.stringify(request.body),
    signal: askerOf(request).signal,
  });
}

/** Answers are short, and go out whole. */
async function sendResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  const body = await response.text();
  // It took too long, and has been answered so.
  if (reply.sent) return reply;
  for (const [name, value] of response.headers) reply.header(name, value);
  return reply.status(response.status).send(body === "" ? undefined : body);
}

function toJsonRpcCode(code: ErrorCode, error: unknown): number {
  if (error instanceof SyntaxError || isUnreadable(error)) return JSON_RPC_CODES.parse;
  return code === "invalid-request" ? JSON_RPC_CODES.request : JSON_RPC_CODES.server;
}

/** The framework's own word for a body that is no JSON, or none at all. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^FST_ERR_CTP_(?:INVALID_JSON|EMPTY_JSON)_BODY$/.test(`${error.code}`);
