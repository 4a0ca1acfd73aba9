import { describeSender } from "../../access/principal.ts";
import { errorReplies } from "../../http/error-wire.ts";
import type { App, ServerContext } from "../context.ts";
import { ArticleParams, RemoveReply } from "../wire.ts";
import type { WriteQueue } from "../write-queue.ts";
import { noSuchArticle } from "./articles.ts";

/**
 * Removes an article.
 * @param queue in which requests wait, since one writes at a time
 */
export function addRemoveRoute(app: App, context: ServerContext, queue: WriteQueue): void {
  app.delete(
    "/articles/:id",
    {
      schema: {
        operationId: "removeArticle",
        summary: "Remove an article",
        description:
          "Searches do not find it any more, and the archive's log notes who removed it. Its text leaves the disk when the archive " +
          "is compacted. Needs a token with the scope `delete`.",
        tags: ["articles"],
        security: [{ token: [] }],
        params: ArticleParams,
        response: {
          200: RemoveReply,
          ...errorReplies(
            "invalid-request",
            "unauthorized",
            "forbidden",
            "not-found",
            "overloaded",
            "unavailable",
            "archive-locked",
          ),
        },
      },
    },
    (request) =>
      queue.run(context.backend().archive, async (writer) => {
        const { id } = request.params;
        return context.audit.change(request, { what: "delete", ids: [id] }, async () => {
          const removed = await writer.remove([id], { by: describeSender(request) });
          if (removed === 0) throw noSuchArticle(id);
          return { removed };
        });
      }),
  );
}
