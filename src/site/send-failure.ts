import type { FastifyRequest } from "fastify";
import type { ServerContext } from "../api/context.ts";
import { type SendFailure, sendFailureAsProblem } from "../http/answer-errors.ts";
import { at, toSitePath } from "../http/site.ts";
import type { Assets } from "./assets.ts";
import { openView, sendPage } from "./page-reply.ts";
import { renderErrorPage } from "./pages/error-page.ts";

/** Programs get JSON; whoever asks for a page with a browser gets one. */
export const wantsPage = ({ url, headers }: FastifyRequest): boolean =>
  !url.startsWith("/api/") && (headers.accept ?? "").includes("text/html");

/** An error as a page, for people who came with a browser, and as JSON for programs. */
export function createSendFailure(context: ServerContext, assets: Assets): SendFailure {
  const sendAsProblem = sendFailureAsProblem(at({ root: toSitePath(context.publicUrl) }, "docs"));
  return (failure, request, reply, error) => {
    if (!wantsPage(request)) return sendAsProblem(failure, request, reply, error);
    const { q } = (request.query ?? {}) as { q?: unknown };
    const view = openView(context, assets, request, reply);
    return sendPage(reply, renderErrorPage(view, failure, request.id, typeof q === "string" ? q : ""));
  };
}
