import { AppError } from "../../errors.ts";
import { askerOf } from "../../http/asker.ts";
import { errorReplies } from "../../http/error-wire.ts";
import type { SourceSummary } from "../../sources/summarize-source.ts";
import type { App, ServerContext } from "../context.ts";
import { ListQuery, readListPage } from "../list-page.ts";
import { AddSource, AddSourceReply, ChangeSource, SourceParams, SourceReply, SourcesReply } from "../source-wire.ts";

const TAGS = ["sources"];
const SECURITY = [{ token: [] }];

/** What is followed: shown to whoever may add articles, changed by whoever administers the server. */
export function addSourceRoutes(app: App, context: ServerContext): void {
  const { sources, audit } = context;
  app.get(
    "/sources",
    {
      schema: {
        operationId: "listSources",
        summary: "What is followed, and how it is",
        description: "In the order in which they were added. Needs a token with the scope `ingest`.",
        tags: TAGS,
        security: SECURITY,
        querystring: ListQuery,
        response: { 200: SourcesReply, ...errorReplies("invalid-request", "unauthorized", "forbidden") },
      },
    },
    async ({ query }) => {
      const { items, ...rest } = await readListPage("sources", query, (page) => sources.list(page));
      return { sources: items, ...rest };
    },
  );
  app.post(
    "/sources",
    {
      schema: {
        operationId: "addSource",
        summary: "Follow a feed, a sitemap or a page",
        description:
          "Asks the address what it is: a feed, a sitemap, a page that names its feed, or one that links to articles. It is looked at " +
          "soon after. Needs a token with the scope `admin`.",
        tags: TAGS,
        security: SECURITY,
        body: AddSource,
        response: {
          200: AddSourceReply,
          ...errorReplies(
            "invalid-request",
            "unauthorized",
            "forbidden",
            "bad-input",
            "fetch-refused",
            "fetch-failed",
            "unavailable",
          ),
        },
      },
    },
    (request) =>
      audit.change(request, { what: "source added", address: request.body.url }, () =>
        sources.add(request.body, askerOf(request)),
      ),
  );
  app.patch(
    "/sources/:source",
    {
      schema: {
        operationId: "changeSource",
        summary: "Pause or resume a source",
        description: "Needs a token with the scope `admin`.",
        tags: TAGS,
        security: SECURITY,
        params: SourceParams,
        body: ChangeSource,
        response: { 200: SourceReply, ...errorReplies("invalid-request", "unauthorized", "forbidden", "not-found") },
      },
    },
    (request) => {
      const { source: id } = request.params;
      const { status } = request.body;
      return audit.change(request, { what: `source ${status}`, id }, async () => found(id, sources.change(id, status)));
    },
  );
  app.delete(
    "/sources/:source",
    {
      schema: {
        operationId: "removeSource",
        summary: "Follow a source no more",
        description: "Its articles stay. Needs a token with the scope `admin`.",
        tags: TAGS,
        security: SECURITY,
        params: SourceParams,
        response: { 200: SourceReply, ...errorReplies("invalid-request", "unauthorized", "forbidden", "not-found") },
      },
    },
    (request) => {
      const { source: id } = request.params;
      return audit.change(request, { what: "source removed", id }, async () => found(id, sources.remove(id)));
    },
  );
  app.post(
    "/sources/:source/check",
    {
      schema: {
        operationId: "checkSource",
        summary: "Look at a source soon",
        description:
          "It is looked at as soon as its host may be asked, by a server that follows; its `lastCheck` then says when. Needs a token with " +
          "the scope `ingest`.",
        tags: TAGS,
        security: SECURITY,
        params: SourceParams,
        response: { 200: SourceReply, ...errorReplies("invalid-request", "unauthorized", "forbidden", "not-found") },
      },
    },
    async (request) => found(request.params.source, sources.checkSoon(request.params.source)),
  );
}

/** @throws AppError `not-found` */
function found(id: number, source: SourceSummary | undefined): SourceSummary {
  if (source !== undefined) return source;
  throw new AppError("not-found", `There is no source ${id}.`);
}
