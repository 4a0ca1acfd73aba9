import { AppError } from "../errors.ts";
import type { App } from "./app.ts";

/**
 * Lets the server close as soon as the last reply is out: replies sent while closing end their connection, closing waits for those
 * under way, and requests that still come are told to try again. Without it a client's idle connection holds the process for as long as the client likes.
 */
export function drainOnClose(app: App): void {
  let underWay = 0;
  let isClosing = false;
  const drained = Promise.withResolvers<void>();
  app.addHook("onRequest", async (_request, reply) => {
    underWay++;
    reply.raw.once("close", () => {
      underWay--;
      if (isClosing && underWay === 0) drained.resolve();
    });
    if (isClosing) throw new AppError("unavailable", "The server is going down; try again.", { retryAfterS: 1 });
  });
  app.addHook("onSend", async (_request, reply) => {
    if (isClosing) reply.header("connection", "close");
  });
  app.addHook("preClose", async () => {
    isClosing = true;
    if (underWay > 0) await drained.promise;
    // Also those that were opened ahead and never used, which do not count as idle.
    app.server.closeAllConnections();
  });
}
