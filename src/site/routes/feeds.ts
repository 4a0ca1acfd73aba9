import type { FastifyReply, FastifyRequest } from "fastify";
import { byArchiveState } from "../../api/archive-state.ts";
import type { App, ServerContext } from "../../api/context.ts";
import { DEFAULT_QUERY, toArticleUrl, toSearchParams, toSearchUrl, withParams } from "../../api/search-url.ts";
import { toFilters } from "../../api/to-wire.ts";
import { FeedQuery } from "../../api/wire.ts";
import { isCounted } from "../../archive/result.ts";
import { askerOf } from "../../http/asker.ts";
import { fileReplies } from "../../http/error-wire.ts";
import { at, toSitePath } from "../../http/site.ts";
import { limitUnderWay, type UnderWayLimits } from "../../http/under-way.ts";
import { DEFAULT_LIMIT } from "../../search/limits.ts";
import { toAbsoluteSite } from "../absolute-site.ts";
import { type Feed, toFeedEntry, toOpenSearch } from "../feeds/feed.ts";
import { FEED_FORMATS } from "../feeds/formats.ts";
import { chooseLanguage, languageOfFile } from "../language.ts";
import { STRINGS } from "../strings/languages.ts";

/** Entries of a feed: more than readers fetch between two visits of a busy search. */
const FEED_ENTRIES = 50;

/** Feeds that are read at the same time. */
const UNDER_WAY: UnderWayLimits = { perClient: 8, total: 16 };

/** Every search as a feed, newest first, and the description by which a browser adds the search. */
export function addFeeds(app: App, context: ServerContext): void {
  const countIn = limitUnderWay("feeds", UNDER_WAY);
  for (const { path, type, name, id, write } of FEED_FORMATS) {
    app.get(
      `/${path}`,
      {
        ...byArchiveState(context, async (request, reply) => [
          toAbsoluteSite(request, context.publicUrl).root,
          chooseLanguage(request, reply, toSitePath(context.publicUrl)),
        ]),
        schema: {
          operationId: `follow${id}`,
          summary: `The newest articles of a search as ${name}`,
          tags: ["feeds"],
          querystring: FeedQuery,
          response: fileReplies(type, "A feed.", "invalid-request", "snapshot-gone", "overloaded", "unavailable"),
        },
      },
      async (request, reply) => {
        countIn(request, reply);
        const feed = await readFeed(context, path, request, reply);
        return reply.type(`${type}; charset=utf-8`).header("cache-control", "private, max-age=300").send(write(feed));
      },
    );
  }

  app.get("/opensearch.xml", { schema: { hide: true } }, async (request, reply) => {
    const language = languageOfFile(request, reply);
    const text = toOpenSearch(toAbsoluteSite(request, context.publicUrl), language, STRINGS[language]);
    return reply.type("application/opensearchdescription+xml; charset=utf-8").send(text);
  });
}

async function readFeed(
  context: ServerContext,
  path: string,
  request: FastifyRequest<{ Querystring: FeedQuery }>,
  reply: FastifyReply,
): Promise<Feed> {
  const { query } = request;
  const { search } = context.backend();
  const newest = {
    sort: "newest",
    limit: FEED_ENTRIES,
    offset: 0,
    stories: query.stories === "on",
    facetValues: 0,
  } as const;
  const result = await search.search({ ...toFilters(query), ...newest }, askerOf(request));
  const site = toAbsoluteSite(request, context.publicUrl);
  const language = chooseLanguage(request, reply, toSitePath(context.publicUrl));
  const shown = { ...query, sort: "relevance", limit: DEFAULT_LIMIT, offset: 0, stories: undefined } as const;
  return {
    title: query.q === "" ? STRINGS[language].name : `${query.q} · ${STRINGS[language].name}`,
    pageUrl: toSearchUrl(site, DEFAULT_QUERY, shown),
    feedUrl: at(site, withParams(path, toSearchParams(shown))),
    language,
    entries: result.hits.filter(isCounted).map((hit) => toFeedEntry(hit, toArticleUrl(site, hit.id))),
  };
}
