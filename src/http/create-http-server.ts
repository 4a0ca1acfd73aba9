import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { limitConnections } from "./connections.ts";
import { lingerOnClose } from "./linger.ts";
import { nodeHttp } from "./node-http.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { oneLongAddressATurn } from "./one-long-address-a-turn.ts";
import { answerUnparsed } from "./unparsed-request.ts";

export interface HttpServerOptions {
  /** How long a request may take, once it is here, until its answer begins. */
  readonly requestTimeoutMs: number;
  readonly maxConnections: number;
}

/** Room for a query of 10,000 characters, percent-encoded as UTF-8 (at most 9 bytes per UTF-16 unit), and the headers. */
const MAX_HEADER_BYTES = 128 * 1024;

/** Header fields of a request; browsers behind three proxies send about forty. */
const MAX_HEADERS = 200;

/** How long a client may take to send the address and the headers of a request. */
const HEADERS_TIMEOUT_MS = 10_000;

/** How long a client may take to send a whole request, however large; the pace of its body is watched besides. */
const RECEIVE_TIMEOUT_MS = 120_000;

/** How long a connection is kept between requests: longer than proxies keep theirs, so that none sends into one that is being closed. */
const KEEP_ALIVE_MS = 72_000;

/** How long a client may take no byte of an answer that waits for it. */
const UNREAD_TIMEOUT_MS = 20_000;

/** Who wants to know when an answer has left; Node.js warns of more than ten. */
const MAX_WATCHERS = 24;

/** How often it is looked whether a request has taken too long to come. */
const CHECK_EVERY_MS = 1_000;

/** A server of node:http that a client cannot hold by what it sends, leaves half sent or does not read. */
export function createHttpServer(
  handle: RequestListener,
  { requestTimeoutMs, maxConnections }: HttpServerOptions,
): Server {
  const server = nodeHttp.createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
  });
  server.maxHeadersCount = MAX_HEADERS;
  // A connection on which nothing moves; while a request is worked on nothing needs to.
  server.setTimeout(requestTimeoutMs + UNREAD_TIMEOUT_MS);
  limitConnections(server, maxConnections);
  lingerOnClose(server);
  server.on("request", (_request: IncomingMessage, response: ServerResponse) => response.setMaxListeners(MAX_WATCHERS));
  answerUnparsed(server);
  server.on("request", oneAtATime(oneLongAddressATurn(handle)));
  return server;
}
