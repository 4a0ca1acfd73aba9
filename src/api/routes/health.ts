import { Type } from "typebox";
import { errorReplies } from "../../http/error-wire.ts";
import type { App, ServerContext } from "../context.ts";

const Alive = Type.Object({ status: Type.Literal("ok") });

/** What those who start, stop and watch the server ask. */
export function addHealthRoutes(app: App, context: ServerContext): void {
  app.get(
    "/livez",
    {
      schema: {
        operationId: "checkAlive",
        summary: "The process answers",
        tags: ["operation"],
        response: { 200: Alive, ...errorReplies() },
      },
    },
    async () => ({ status: "ok" as const }),
  );

  app.get(
    "/readyz",
    {
      schema: {
        operationId: "checkReady",
        summary: "Archive and encoder are loaded",
        tags: ["operation"],
        response: { 200: Alive, ...errorReplies("unavailable") },
      },
    },
    async () => {
      context.backend();
      return { status: "ok" as const };
    },
  );
}
