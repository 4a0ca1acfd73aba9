import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";

/** What is still taken in, and forgotten, of a connection whose last answer has left. */
const MAX_DISCARDED_BYTES = 64 * 2 ** 20;

/** How long that may go on. */
const MAX_LINGER_MS = 5_000;

const LOOK_EVERY_MS = 50;

/**
 * Closes connections so that clients can read their last answer. Most clients send a whole body before they read anything; were the
 * connection closed while they send, the system would answer with a reset, and the answer that came before it would be lost (RFC 9112,
 * 9.6). So this end says that nothing more will come, takes in what comes within bounds, and closes then.
 */
export function lingerOnClose(server: Server): void {
  // The one that is read last is the one whose body may still be coming.
  const latest = new WeakMap<Socket, IncomingMessage>();
  server.on("request", (request: IncomingMessage) => latest.set(request.socket, request));
  server.on("connection", (socket: Socket) => {
    const close = socket.destroySoon.bind(socket);
    // What node:http calls when the last answer of a connection has left.
    socket.destroySoon = () => {
      const request = latest.get(socket);
      if (request === undefined || request.complete || socket.destroyed) {
        close();
        return;
      }
      request.resume();
      linger(socket);
    };
  });
}

/** Ends this side of a connection and takes in what the other side still sends, until it ends too or has sent enough. */
export function linger(socket: Socket, lastWords?: string): void {
  if (lastWords === undefined) socket.end();
  else socket.end(lastWords);
  const startedAtMs = performance.now();
  const readBefore = socket.bytesRead;
  const timer = setInterval(() => {
    const isLong = performance.now() - startedAtMs > MAX_LINGER_MS;
    if (isLong || socket.bytesRead - readBefore > MAX_DISCARDED_BYTES) socket.destroy();
  }, LOOK_EVERY_MS).unref();
  socket.once("close", () => clearInterval(timer));
}
