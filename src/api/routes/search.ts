import { abortWhenGone } from "../../http/abort-when-gone.ts";
import type { App, ServerContext } from "../context.ts";
import { toSearchReply, toSearchRequest } from "../to-wire.ts";
import { ErrorReply, SearchQuery, SearchReply } from "../wire.ts";

export function addSearchRoute(app: App, context: ServerContext): void {
  app.get(
    "/api/search",
    {
      schema: {
        summary: "Search the archive",
        tags: ["search"],
        querystring: SearchQuery,
        response: { 200: SearchReply, "4xx": ErrorReply, "5xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { search } = context.backend();
      const result = await search.search(toSearchRequest(request.query), { signal: abortWhenGone(reply) });
      return toSearchReply(result);
    },
  );
}
