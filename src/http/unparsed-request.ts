import type { Socket } from "node:net";
import type { ConnectionError, FastifyInstance } from "fastify";

/** Headers of the reply that belong to a connection, not to what is replied. */
const CONNECTION_HEADERS = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);

/**
 * For the requests that Node.js cannot parse: fastify's `clientErrorHandler`. People type `curl 'localhost/?q=台风'`, which
 * sends the bytes of the characters where a URL wants them percent-encoded. A GET that is whole is answered as if it had been;
 * everything else gets a 400 (408, 431) in the shape of every other error. The connection is closed after it.
 */
export function answerUnparsed(this: FastifyInstance, error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const url = toEncodedUrl(error);
  if (url === undefined) {
    socket.end(toRefusal(error));
    return;
  }
  this.inject({ method: "GET", url, remoteAddress: socket.remoteAddress ?? "" }).then(
    ({ statusCode, statusMessage, headers, rawPayload }) => {
      const lines = Object.entries(headers)
        .filter(([name, value]) => value !== undefined && !CONNECTION_HEADERS.has(name))
        .map(([name, value]) => `${name}: ${value}`);
      socket.write(toHead(statusCode, statusMessage, [...lines, `content-length: ${rawPayload.length}`]));
      socket.end(rawPayload);
    },
    () => socket.destroy(),
  );
}

/** The address of a GET whose only fault is that its UTF-8 is not percent-encoded; undefined for anything else. */
function toEncodedUrl({ code, rawPacket }: ConnectionError): string | undefined {
  if (code !== "HPE_INVALID_URL" || !Buffer.isBuffer(rawPacket)) return undefined;
  const request = rawPacket.toString("utf8");
  const url = /^GET (\/[^\s\p{Cc}]*) HTTP\/1\.1\r\n/u.exec(request)?.[1];
  if (url === undefined || request.includes("\uFFFD") || !request.endsWith("\r\n\r\n")) return undefined;
  return url.replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
}

function toRefusal({ code }: ConnectionError): string {
  const [status, label, message] =
    code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? [408, "Request Timeout", "The request did not come to its end in time."]
      : code === "HPE_HEADER_OVERFLOW"
        ? [431, "Request Header Fields Too Large", "The address or the headers are too long."]
        : [400, "Bad Request", "This is no HTTP request; in addresses, percent-encode what is not ASCII."];
  const body = JSON.stringify({ code: "invalid-request", message, requestId: "" });
  const headers = ["content-type: application/json; charset=utf-8", `content-length: ${Buffer.byteLength(body)}`];
  return toHead(status, label, headers) + body;
}

function toHead(status: number, label: string, headers: readonly string[]): string {
  return `HTTP/1.1 ${status} ${label}\r\n${[...headers, "connection: close"].join("\r\n")}\r\n\r\n`;
}
