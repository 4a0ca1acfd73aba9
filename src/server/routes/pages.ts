import type { FastifyReply, FastifyRequest } from "fastify";
import { abortWhenGone } from "../../http/abort-when-gone.ts";
import type { Failure } from "../../http/error-reply.ts";
import type { SearchRequest, SearchResult, SearchService } from "../../search/search.ts";
import type { Assets } from "../assets.ts";
import type { App, ServerContext } from "../context.ts";
import { chooseLanguage, withoutLanguage } from "../language.ts";
import { renderArticlePage } from "../pages/article-page.ts";
import { type ApiDescription, renderDocsPage } from "../pages/docs-page.ts";
import { renderErrorPage } from "../pages/error-page.ts";
import { renderSearchPage } from "../pages/search-page.ts";
import { createView, type View } from "../pages/view.ts";
import { toSearchParams } from "../search-url.ts";
import { toSearchRequest } from "../to-wire.ts";
import { ArticleParams, SearchQuery } from "../wire.ts";
import { noSuchArticle } from "./articles.ts";

export interface PageOptions {
  readonly assets: Assets;
  /** Queries to try; empty: the largest categories serve. */
  readonly examples: readonly string[];
}

const SIMILAR_SHOWN = 6;

/** Where days begin until the archive says it. */
const TIMEZONE_BEFORE_OPEN = "Asia/Shanghai";

export function addPages(app: App, context: ServerContext, { assets, examples }: PageOptions): void {
  app.get("/", { schema: { hide: true, querystring: SearchQuery } }, async (request, reply) => {
    const { search } = context.backend();
    const result = await search.search(toSearchRequest(request.query), { signal: abortWhenGone(reply) });
    const facets = await countChoices(search, request.query, result);
    const view = openView(context, assets, request, reply);
    return sendPage(reply, renderSearchPage(view, { query: request.query, result, facets, examples }));
  });

  app.get(
    "/articles/:id",
    { schema: { hide: true, params: ArticleParams, querystring: SearchQuery } },
    async (request, reply) => {
      const { search } = context.backend();
      const { id } = request.params;
      const article = await search.article(id);
      if (article === undefined) throw noSuchArticle(id);
      const similar = (await search.similar(id, { limit: SIMILAR_SHOWN })) ?? [];
      const query = toSearchParams(request.query) === "" ? undefined : request.query;
      return sendPage(reply, renderArticlePage(openView(context, assets, request, reply), { article, similar, query }));
    },
  );

  app.get("/docs", { schema: { hide: true } }, async (request, reply) =>
    // The generated document is OpenAPI; the page reads the few fields it knows and takes all of them as optional.
    sendPage(reply, renderDocsPage(openView(context, assets, request, reply), app.swagger() as ApiDescription)),
  );
}

/**
 * What could be chosen beside what is chosen: where a search is narrowed to some sources, the counts of all sources that the
 * rest of the search leaves, and so for categories.
 */
async function countChoices(
  search: SearchService,
  query: SearchQuery,
  { facets }: SearchResult,
): Promise<SearchResult["facets"]> {
  const countWithout = async (filter: Partial<SearchRequest>) =>
    (await search.search({ ...toSearchRequest(query), ...filter, limit: 0, offset: 0 })).facets;
  const narrows = (only: readonly string[], none: readonly string[]): boolean => only.length + none.length > 0;
  return {
    source: narrows(query.source, query.excludeSource)
      ? (await countWithout({ sources: [], excludedSources: [] })).source
      : facets.source,
    category: narrows(query.category, query.excludeCategory)
      ? (await countWithout({ categories: [], excludedCategories: [] })).category
      : facets.category,
  };
}

/** An error as a page, for people who came with a browser. */
export function sendErrorPage(
  context: ServerContext,
  assets: Assets,
  { request, reply, failure }: { request: FastifyRequest; reply: FastifyReply; failure: Failure },
): FastifyReply {
  const { q } = request.query as { q?: unknown };
  const view = openView(context, assets, request, reply);
  return sendPage(reply, renderErrorPage(view, failure, request.id, typeof q === "string" ? q : ""));
}

function openView(context: ServerContext, assets: Assets, request: FastifyRequest, reply: FastifyReply): View {
  const timezone = context.peek()?.archive.info.timezone ?? TIMEZONE_BEFORE_OPEN;
  return createView(chooseLanguage(request, reply), assets, withoutLanguage(request.url), timezone);
}

/** Pages are checked again each time, and may be kept by the browser for going back. */
const sendPage = (reply: FastifyReply, page: string): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("cache-control", "private, no-cache").send(page);
