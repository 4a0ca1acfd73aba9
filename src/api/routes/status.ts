import { Type } from "typebox";
import type { App, ServerContext } from "../context.ts";
import { toStatusReply } from "../status.ts";
import { ErrorReply, StatusReply } from "../wire.ts";

export function addStatusRoutes(app: App, context: ServerContext): void {
  app.get(
    "/api/status",
    { schema: { summary: "What is loaded, and how large", tags: ["operation"], response: { 200: StatusReply } } },
    async () => toStatusReply(context),
  );

  const alive = Type.Object({ status: Type.Literal("ok") });

  app.get(
    "/livez",
    { schema: { summary: "The process answers", tags: ["operation"], response: { 200: alive } } },
    async () => ({ status: "ok" as const }),
  );

  app.get(
    "/readyz",
    {
      schema: {
        summary: "Archive and encoder are loaded",
        tags: ["operation"],
        response: { 200: alive, "5xx": ErrorReply },
      },
    },
    async () => {
      context.backend();
      return { status: "ok" as const };
    },
  );
}
