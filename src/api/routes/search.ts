import { abortWhenGone } from "../../http/abort-when-gone.ts";
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
    async (request, reply) => {
      const { search } = context.backend();
      const result = await search.search(toSearchRequest(request.query), { signal: abortWhenGone(reply) });
      return toSearchReply(result);
    },
  );
}
