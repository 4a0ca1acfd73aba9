import { errorReplies } from "../../http/error-wire.ts";
import type { App, ServerContext } from "../context.ts";
import { toStatusReply } from "../status.ts";
import { StatusReply } from "../wire.ts";

export function addStatusRoute(app: App, context: ServerContext): void {
  app.get(
    "/status",
    {
      schema: {
        operationId: "getStatus",
        summary: "What is loaded, and how large",
        tags: ["operation"],
        response: { 200: StatusReply, ...errorReplies() },
      },
    },
    async () => toStatusReply(context),
  );
}
