import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import type { App } from "./app.ts";
import { type Failure, toFailure } from "./error-reply.ts";
import { watchMethods } from "./known-methods.ts";
import { PROBLEM_TYPE, toProblem } from "./problem.ts";
import { at, type Site } from "./site.ts";

/** Sends a failure in the shape that those who asked read; the status is set. `error` is what was thrown. */
export type SendFailure = (failure: Failure, request: FastifyRequest, reply: FastifyReply, error: unknown) => unknown;

/**
 * The shape of every error of the servers' own API: problem details.
 * @param docs address of the page that explains codes, where there is one
 */
export const sendFailureAsProblem =
  (docs?: string): SendFailure =>
  (failure, request, reply) =>
    reply.type(`${PROBLEM_TYPE}; charset=utf-8`).send(toProblem(failure, request.id, docs));

/** An error handler of the framework: logs what nobody expected, sets status and headers, leaves the body to `send`. */
export const toErrorHandler =
  (send: SendFailure) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): unknown => {
    const failure = toFailure(error);
    // What its reader gave up, by typing on, ends in an error too; nobody waits for the answer.
    if (failure.unexpected && !reply.raw.destroyed) request.log.error({ err: error }, "request failed");
    if (failure.retryAfterS !== undefined) reply.header("retry-after", failure.retryAfterS);
    if (failure.status === 401) {
      const others = reply.getHeader("www-authenticate");
      reply.header("www-authenticate", others === undefined ? "Bearer" : [`${others}`, "Bearer"]);
    }
    reply.status(failure.status);
    return send(failure, request, reply, error);
  };

/** Every failure of every route, and addresses and methods that no route takes. */
export function answerErrors(app: App, site: Site, send: SendFailure): void {
  const methodsOf = watchMethods(app);
  app.setErrorHandler(toErrorHandler(send));
  const answerUnknown = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { method } = request;
    const within = request.url.split("?", 1)[0] ?? "";
    const path = at(site, within.replace(/^\/+/, ""));
    const allowed = methodsOf(within);
    if (allowed.length === 0) {
      throw new AppError(
        "not-found",
        `There is nothing at ${method} ${path}. See ${at(site, "docs")} for what there is.`,
      );
    }
    if (method === "OPTIONS")
      return reply
        .header("allow", [...allowed, "OPTIONS"].join(", "))
        .status(204)
        .send();
    reply.header("allow", allowed.join(", "));
    throw new AppError("method-not-allowed", `${path} takes ${allowed.join(", ")}, not ${method}.`);
  };
  app.setNotFoundHandler(answerUnknown);
  // Before a body is read that nobody wants.
  app.addHook("onRequest", async (request, reply) => (request.is404 ? answerUnknown(request, reply) : undefined));
}
