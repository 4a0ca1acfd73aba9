import { askerOf } from "../../http/asker.ts";
import { errorReplies } from "../../http/error-wire.ts";
import type { App, ServerContext } from "../context.ts";
import { toSearchReply, toSearchRequest } from "../to-wire.ts";
import { SearchQuery, SearchReply } from "../wire.ts";

export function addSearchRoute(app: App, context: ServerContext): void {
  app.get(
    "/search",
    {
      schema: {
        operationId: "search",
        summary: "Search the archive",
        tags: ["search"],
        querystring: SearchQuery,
        response: { 200: SearchReply, ...errorReplies("invalid-request", "snapshot-gone", "unavailable") },
      },
    },
    async (request) => {
      const { search } = context.backend();
      const result = await search.search(toSearchRequest(request.query), askerOf(request));
      return toSearchReply(result);
    },
  );
}
