import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionError } from "fastify";
import { linger } from "./linger.ts";
import { nodeHttp } from "./node-http.ts";
import { PROBLEM_TYPE, toProblem } from "./problem.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/**
 * Answers the requests that Node.js cannot parse. People type `curl 'localhost/?q=台风'`, which
 * sends the bytes of the characters where a URL wants them percent-encoded. A GET or HEAD that is whole becomes a request of the server
 * like every other; everything else gets a 400 (408, 431) in the shape of every other error. Requests before it on the same
 * connection get their answers first; the connection is closed after it.
 */
export function answerUnparsed(server: Server): void {
  const underWay = new WeakMap<Socket, Set<ServerResponse>>();
  // Those that have their last answer, or will. Whatever still comes of them is an error too, and so is that their request has no end.
  const ending = new WeakSet<Socket>();

  const whenAnswered = (socket: Socket, act: () => void): void => {
    const [response] = underWay.get(socket) ?? [];
    if (response === undefined) act();
    else response.once("close", () => setImmediate(whenAnswered, socket, act));
  };

  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    const responses = underWay.get(socket) ?? new Set();
    underWay.set(socket, responses.add(response));
    response.once("close", () => responses.delete(response));
  });

  server.on("clientError", (error: ConnectionError, socket: Socket) => {
    if (error.code === "ECONNRESET" || ending.has(socket)) return;
    ending.add(socket);
    whenAnswered(socket, () => {
      if (socket.destroyed || socket.writableEnded) return;
      const request = toRequest(error);
      if (request === undefined) linger(socket, toRefusal(error));
      else begin(server, socket, request);
    });
  });
}

/** Begins a request as if it had been parsed: limits, deadlines, back pressure and a client that goes are the same to it. */
function begin(server: Server, socket: Socket, { method, url, headers }: Request): void {
  const request = new nodeHttp.IncomingMessage(socket);
  const parts = { httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1, complete: true };
  Object.assign(request, parts, { method, url, headers, rawHeaders: Object.entries(headers).flat() });
  request.push(null);
  const response = new nodeHttp.ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once("finish", () => {
    response.detachSocket(socket);
    linger(socket);
    // Node.js says so of those that it makes itself.
    process.nextTick(() => response.emit("close"));
  });
  server.emit("request", request, response);
}

interface Request {
  readonly method: "GET" | "HEAD";
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** The last request of a packet, where its only fault is that the UTF-8 of its address is not percent-encoded. */
function toRequest({ code, rawPacket, bytesParsed }: ConnectionError): Request | undefined {
  if (code !== "HPE_INVALID_URL" || !Buffer.isBuffer(rawPacket)) return undefined;
  // Parsing ended within the address of the request that is meant: others may stand before it.
  const start = /(?:GET|HEAD) \/[\x21-\x7e]*$/.exec(rawPacket.toString("latin1", 0, bytesParsed))?.index;
  if (start === undefined) return undefined;
  const text = rawPacket.toString("utf8", start);
  const [line = "", ...fields] = text.slice(0, text.indexOf("\r\n\r\n")).split("\r\n");
  const [, method, url] = /^(GET|HEAD) (\/[^\s\p{Cc}]*) HTTP\/1\.1$/u.exec(line) ?? [];
  const isWhole = text.indexOf("\r\n\r\n") === text.length - 4;
  if (url === undefined || (method !== "GET" && method !== "HEAD") || !isWhole || text.includes("\uFFFD")) {
    return undefined;
  }
  const headers: Record<string, string> = Object.create(null);
  for (const field of fields) {
    const [, name = "", value = ""] = /^([!#$%&'*+.^`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(field) ?? [];
    const key = name.toLowerCase();
    // Which of two would count is not for this to decide: one may be a client's, the other its proxy's.
    if (name === "" || key in headers) return undefined;
    headers[key] = value;
  }
  if (!("host" in headers) || "content-length" in headers || "transfer-encoding" in headers) return undefined;
  return { method, url: url.replace(/[^\x21-\x7e]+/gu, encodeURIComponent), headers };
}

function toRefusal({ code }: ConnectionError): string {
  const [status, label, message] =
    code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? [408, "Request Timeout", "The request did not come to its end in time."]
      : code === "HPE_HEADER_OVERFLOW"
        ? [431, "Request Header Fields Too Large", "The address or the headers are too long."]
        : [400, "Bad Request", "This is no HTTP request; in addresses, percent-encode what is not ASCII."];
  const requestId = toRequestId();
  const body = JSON.stringify(toProblem({ code: "invalid-request", message, status }, requestId));
  const headers = {
    ...SECURITY_HEADERS,
    "x-request-id": requestId,
    "content-type": `${PROBLEM_TYPE}; charset=utf-8`,
    "content-length": Buffer.byteLength(body),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return toHead(status, label, lines) + body;
}

/** Names one request in the reply and in the log. */
export const toRequestId = (): string => randomBytes(9).toString("base64url");

function toHead(status: number, label: string, headers: readonly string[]): string {
  return `HTTP/1.1 ${status} ${label}\r\n${[...headers, "connection: close"].join("\r\n")}\r\n\r\n`;
}
