import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { App, ServerContext } from "../../api/context.ts";
import { countCoverage, countMonths, oncePerState } from "../../api/coverage.ts";
import { watchMemory } from "../../api/memory-history.ts";
import { noSuchArticle } from "../../api/routes/articles.ts";
import { toSearchParams } from "../../api/search-url.ts";
import { toStatusReply } from "../../api/status.ts";
import { toSearchRequest } from "../../api/to-wire.ts";
import { ArticleParams, PageQuery } from "../../api/wire.ts";
import type { Article } from "../../archive/article.ts";
import { PLAIN_REQUEST, type SearchRequest } from "../../archive/request.ts";
import type { SearchResult } from "../../archive/result.ts";
import { abortWhenGone } from "../../http/abort-when-gone.ts";
import type { Failure } from "../../http/error-reply.ts";
import { DEFAULT_FACET_VALUES } from "../../search/limits.ts";
import type { SearchService } from "../../search/search.ts";
import { toTextLanguage } from "../../text/text-language.ts";
import type { Assets } from "../assets.ts";
import { openView, sendPage } from "../page-reply.ts";
import { renderArticlePage } from "../pages/article-page.ts";
import { renderDifferencesPage } from "../pages/differences.ts";
import { type ApiDescription, renderDocsPage } from "../pages/docs-page.ts";
import { renderErrorPage } from "../pages/error-page.ts";
import { isNarrowed } from "../pages/filters.ts";
import type { Series } from "../pages/histogram.ts";
import { renderSavedPage } from "../pages/saved-page.ts";
import { renderSearchPage } from "../pages/search-page.ts";
import { renderStatusPage } from "../pages/status-page.ts";
import { READING_SCRIPTS, type ReadingScript, type ToScript } from "../reading-script.ts";

export interface PageOptions {
  readonly assets: Assets;
  readonly toScript: ToScript;
  /** Queries to try; empty: the largest categories serve. */
  readonly examples: readonly string[];
}

const SIMILAR_SHOWN = 6;
const TELLINGS_SHOWN = 20;

/** The search to go back to, and the script to read in. */
const ArticleQuery = Type.Object({ ...PageQuery.properties, script: Type.Optional(Type.Enum([...READING_SCRIPTS])) });

export function addPages(app: App, context: ServerContext, { assets, examples, toScript }: PageOptions): void {
  const readMonths = oncePerState(countMonths);
  const readCoverage = oncePerState(countCoverage);
  const readMemory = watchMemory(app);
  app.get("/", { schema: { hide: true, querystring: PageQuery } }, async (request, reply) => {
    const { search } = context.backend();
    const result = await search.search(toPageRequest(request.query), { signal: abortWhenGone(reply) });
    const series = await countSeries(search, request.query, result);
    const coverage = await readMonths(search, result.snapshot);
    const facets = await countChoices(search, request.query, result);
    const withoutFilters = await countWithoutFilters(search, request.query, result);
    const view = openView(context, assets, request, reply);
    reply.header("server-timing", `search;dur=${result.tookMs.toFixed(1)}`);
    return sendPage(
      reply,
      renderSearchPage(view, { query: request.query, result, facets, series, coverage, withoutFilters, examples }),
    );
  });

  app.get(
    "/articles/:id",
    { schema: { hide: true, params: ArticleParams, querystring: ArticleQuery } },
    async (request, reply) => {
      const { search } = context.backend();
      const { id } = request.params;
      const article = await search.article(id);
      if (article === undefined) throw noSuchArticle(id);
      const tellings = (await search.similar(id, { limit: TELLINGS_SHOWN, sameStory: true })) ?? [];
      const told = new Set(tellings.map((telling) => telling.id));
      const near = (await search.similar(id, { limit: SIMILAR_SHOWN + told.size })) ?? [];
      const similar = near.filter((hit) => !told.has(hit.id)).slice(0, SIMILAR_SHOWN);
      const reading = await readInScript(toScript, article, request.query.script);
      const query = toSearchParams(request.query) === "" ? undefined : request.query;
      return sendPage(
        reply,
        renderArticlePage(openView(context, assets, request, reply), { article, reading, tellings, similar, query }),
      );
    },
  );

  app.get(
    "/articles/:id/differences/:other",
    {
      schema: {
        hide: true,
        params: Type.Object({ id: ArticleParams.properties.id, other: ArticleParams.properties.id }),
      },
    },
    async (request, reply) => {
      const { search } = context.backend();
      const { id, other } = request.params;
      const [one, two] = await Promise.all([search.article(id), search.article(other)]);
      if (one === undefined || two === undefined) throw noSuchArticle(one === undefined ? id : other);
      return sendPage(reply, renderDifferencesPage(openView(context, assets, request, reply), one, two));
    },
  );

  app.get("/status", { schema: { hide: true } }, async (request, reply) => {
    const status = await toStatusReply(context);
    const search = context.peek()?.search;
    const { archive } = status;
    const coverage =
      search === undefined || archive === undefined ? undefined : await readCoverage(search, archive.snapshot);
    const view = openView(context, assets, request, reply);
    return sendPage(reply, renderStatusPage(view, { status, memory: readMemory(), coverage }));
  });

  app.get("/saved", { schema: { hide: true } }, async (request, reply) =>
    sendPage(reply, renderSavedPage(openView(context, assets, request, reply))),
  );

  app.get("/docs", { schema: { hide: true } }, async (request, reply) =>
    // The generated document is OpenAPI; the page reads the few fields it knows and takes all of them as optional.
    sendPage(reply, renderDocsPage(openView(context, assets, request, reply), app.swagger() as ApiDescription)),
  );
}

/** One value more than the page lists tells that there are more. */
const toPageRequest = (query: PageQuery): SearchRequest => ({
  ...toSearchRequest(query),
  facetValues: DEFAULT_FACET_VALUES + 1,
});

async function readInScript(toScript: ToScript, { title, body }: Article, script: ReadingScript | undefined) {
  if (script === undefined || toTextLanguage(title + body) === script) return undefined;
  return { script, title: await toScript(title, script), body: await toScript(body, script) };
}

/** Where nothing is found within filters: what they keep away. */
async function countWithoutFilters(
  search: SearchService,
  query: PageQuery,
  { total }: SearchResult,
): Promise<number | undefined> {
  if (total > 0 || !isNarrowed(query)) return undefined;
  const whole = { ...PLAIN_REQUEST, query: query.q, mode: query.mode, limit: 0, facetValues: 0 };
  return (await search.search(whole)).total;
}

/** Two series where two queries, or two sources of one query, are to be compared; else the search itself. */
async function countSeries(search: SearchService, query: PageQuery, { histogram }: SearchResult): Promise<Series[]> {
  const count = async (label: string, change: Partial<SearchRequest>): Promise<Series> => {
    const result = await search.search({ ...toSearchRequest(query), ...change, limit: 0, offset: 0 });
    return { label, histogram: result.histogram };
  };
  if (query.vs !== undefined) return [{ label: query.q, histogram }, await count(query.vs, { query: query.vs })];
  const [first, second] = query.source;
  if (first === undefined || second === undefined || query.source.length > 2) return [{ label: "", histogram }];
  return [await count(first, { sources: [first] }), await count(second, { sources: [second] })];
}

/**
 * What could be chosen beside what is chosen: where a search is narrowed to some sources, the counts of all sources that the
 * rest of the search leaves, and so for categories.
 */
async function countChoices(
  search: SearchService,
  query: PageQuery,
  { facets }: SearchResult,
): Promise<SearchResult["facets"]> {
  const countWithout = async (filter: Partial<SearchRequest>) =>
    (await search.search({ ...toPageRequest(query), ...filter, limit: 0, offset: 0 })).facets;
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
