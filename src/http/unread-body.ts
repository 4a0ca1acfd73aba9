import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "./app.ts";

/** A rest that is taken in so that the connection can be kept: less than opening another one costs. */
const MAX_KEPT_BYTES = 64 * 2 ** 10;

export const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/**
 * Tells a client whose request is answered before its body has been read that the connection ends with the answer, unless little is left
 * of it. What comes of the rest is the matter of `linger.ts`.
 */
export function closeOverUnreadBody(request: FastifyRequest, reply: FastifyReply): void {
  const { raw, headers } = request;
  if (raw.complete || !hasBody(request)) return;
  if (!(Number(headers["content-length"]) <= MAX_KEPT_BYTES)) reply.header("connection", "close");
  // What has read a part of it has given up, and would let the rest wait for ever.
  reply.raw.once("close", () => raw.unpipe().resume());
}

export function closeOverUnreadBodies(app: App): void {
  app.addHook("onSend", async (request, reply) => closeOverUnreadBody(request, reply));
}
