import type { Static } from "typebox";
import { AppError } from "../../errors.ts";
import { askerOf } from "../../http/asker.ts";
import { readCursor, toCursor } from "../../http/cursor.ts";
import { errorReplies } from "../../http/error-wire.ts";
import { Type } from "../../http/schema.ts";
import { keepNot } from "../../http/unchanged.ts";
import { nextOffset } from "../../search/limits.ts";
import { byArchiveState, isPassing } from "../archive-state.ts";
import type { App, ServerContext } from "../context.ts";
import { toSearchReply, toSearchRequest } from "../to-wire.ts";
import { SearchReply, SearchQuery as SharedQuery } from "../wire.ts";

const SearchQuery = Type.Object({
  ...SharedQuery.properties,
  cursor: Type.Optional(
    Type.String({
      maxLength: 300,
      description:
        "nextCursor of a reply to the same search: the page behind it, of the same snapshot. 410 (`snapshot-gone`) once that is not kept any more: begin again without it.",
    }),
  ),
});
type SearchQuery = Static<typeof SearchQuery>;

export function addSearchRoute(app: App, context: ServerContext): void {
  app.get(
    "/search",
    {
      ...byArchiveState(context),
      schema: {
        operationId: "search",
        summary: "Search the archive",
        tags: ["search"],
        querystring: SearchQuery,
        response: { 200: SearchReply, ...errorReplies("invalid-request", "snapshot-gone", "unavailable") },
      },
    },
    async (request, reply) => {
      const { search, archive } = context.backend();
      const asked = toPage(request.query);
      const result = await search.search(toSearchRequest(asked), askerOf(request));
      if (isPassing(result)) keepNot(request, reply);
      const at = nextOffset(result, asked.offset + result.hits.length);
      const snapshot = archive.supports.snapshots ? result.snapshot : undefined;
      return {
        ...toSearchReply(result),
        ...(at !== undefined && { nextCursor: toCursor({ at, snapshot }, listOf(asked)) }),
      };
    },
  );
}

/** What makes a list: a cursor goes on with the same one, whatever the size of its pages and of what stands beside them. */
const listOf = ({ cursor: _c, limit: _l, offset: _o, snapshot: _s, facetValues: _f, ...list }: SearchQuery): object =>
  list;

/** Where a search begins: behind a cursor, or at an offset of a snapshot. @throws AppError `invalid-request` */
function toPage(query: SearchQuery): SearchQuery {
  if (query.cursor === undefined) return query;
  if (query.offset > 0 || query.snapshot !== undefined) {
    throw new AppError("invalid-request", "cursor says where to go on: leave offset and snapshot out beside it.");
  }
  const { at, snapshot } = readCursor(query.cursor, listOf(query));
  return { ...query, offset: at, ...(snapshot !== undefined && { snapshot }) };
}
