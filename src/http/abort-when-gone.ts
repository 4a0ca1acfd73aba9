import type { FastifyReply } from "fastify";

/** A signal that fires when the client goes before it has its answer, so that nobody works for nobody. */
export function abortWhenGone(reply: Pick<FastifyReply, "raw">): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
