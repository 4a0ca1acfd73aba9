import { AppError } from "../../errors.ts";
import { errorReplies } from "../../http/error-wire.ts";
import { Type } from "../../http/schema.ts";
import type { App, Backend, ServerContext } from "../context.ts";

const RETRY_AFTER_S = 2;

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
        summary: "Archive and encoder are loaded, and searches can succeed",
        tags: ["operation"],
        response: { 200: Alive, ...errorReplies("unavailable") },
      },
    },
    async () => {
      const { archive } = context.backend();
      await assertSearchable(archive);
      return { status: "ok" as const };
    },
  );
}

/** @throws AppError `unavailable` where searches cannot succeed, or soon will not */
async function assertSearchable(archive: Backend["archive"]): Promise<void> {
  const state = await archive.inspect?.().catch((cause: unknown) => {
    throw new AppError("unavailable", "The archive cannot be read at present.", { cause, retryAfterS: RETRY_AFTER_S });
  });
  if (state === undefined || state === "sound") return;
  const what =
    state === "gone" ? "Files of the archive are missing." : "Another archive lies in its place, and is being opened.";
  throw new AppError("unavailable", what, { retryAfterS: RETRY_AFTER_S });
}
