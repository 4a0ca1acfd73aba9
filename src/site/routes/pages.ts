import { principalOf } from "../../access/principal.ts";
import { allows } from "../../access/scopes.ts";
import type { App, ServerContext } from "../../api/context.ts";
import { noSuchArticle } from "../../api/routes/articles.ts";
import { toSearchParams } from "../../api/search-url.ts";
import { toStatusReply } from "../../api/status.ts";
import { ArticleParams, PageQuery } from "../../api/wire.ts";
import { askerOf } from "../../http/asker.ts";
import { Type } from "../../http/schema.ts";
import { MAX_LIMIT, MAX_OFFSET } from "../../search/limits.ts";
import { readAgainWhenGone } from "../../search/read-again-when-gone.ts";
import { parseTimeRange } from "../../search/time-range.ts";
import { dayOf } from "../../text/days.ts";
import type { Assets } from "../assets.ts";
import { countCoverage, oncePerState } from "../coverage.ts";
import { findDayFault, toDays } from "../day-words.ts";
import { readFront } from "../front.ts";
import { markParagraphs } from "../mark-paragraphs.ts";
import { watchMemory } from "../memory-history.ts";
import { readNeighbours } from "../neighbours.ts";
import { openView, renderPage, sendPage, TIMEZONE_BEFORE_OPEN } from "../page-reply.ts";
import { renderArticlePage, toParagraphs } from "../pages/article-page.ts";
import { renderDayFaultPage } from "../pages/day-fault-page.ts";
import { inOrderOfTime, renderDifferencesPage } from "../pages/differences.ts";
import { renderSavedPage } from "../pages/saved-page.ts";
import { isFrontQuery, renderSearchPage } from "../pages/search-page.ts";
import { renderStatusPage } from "../pages/status-page.ts";
import { readArticle, readHits } from "../read-in-script.ts";
import { READINGS } from "../reading-setting.ts";
import { createReadSearchView } from "../search-view.ts";
import { wantsPage } from "../send-failure.ts";
import type { TextWork } from "../text-work/text-work.ts";

export interface PageOptions {
  readonly assets: Assets;
  readonly textWork: TextWork;
  /** Queries to try; empty: the largest categories serve. */
  readonly examples: readonly string[];
}

const SIMILAR_SHOWN = 6;
const TELLINGS_SHOWN = 20;

/** A search as it is typed: its days are read afterwards, as readers write them in many ways. */
const TypedDay = Type.Optional(Type.String({ maxLength: 100 }));
const TypedQuery = Type.Object({ ...PageQuery.properties, from: TypedDay, to: TypedDay });

/** The search to go back to, the place in its list, and the script to read in, where that is not the reader's setting. */
const ArticleQuery = Type.Object({
  ...PageQuery.properties,
  hit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_OFFSET + MAX_LIMIT })),
  script: Type.Optional(Type.Enum([...READINGS])),
});

export function addPages(app: App, context: ServerContext, { assets, examples, textWork }: PageOptions): void {
  const readSearchView = createReadSearchView();
  const readCoverage = oncePerState(countCoverage);
  const readMemory = watchMemory(app);
  const readFrontOnce = oncePerState((search, snapshot) =>
    readFront(search, snapshot, { timezone: context.backend().archive.info.timezone, todayMs: Date.now() }),
  );
  app.get("/", { schema: { hide: true, querystring: TypedQuery } }, async (request, reply) => {
    const timezone = context.peek()?.archive.info.timezone ?? TIMEZONE_BEFORE_OPEN;
    const { from, to, ...rest } = request.query;
    const query = { ...rest, ...toDays({ from, to }, dayOf(Date.now(), timezone)) };
    const fault = findDayFault(query);
    // Programs get the error itself.
    if (!wantsPage(request)) parseTimeRange(query, timezone);
    else if (fault !== undefined) {
      const view = openView(context, assets, request, reply.status(400));
      return sendPage(reply, renderDayFaultPage(view, request.query, fault));
    }
    const asker = askerOf(request);
    const found = await readSearchView(context.backend().search, query, asker);
    const front = isFrontQuery(query)
      ? await soon(readFrontOnce(context.backend().search, found.result.snapshot), FRONT_PATIENCE_MS)
      : undefined;
    const view = openView(context, assets, request, reply);
    const [hits = []] = await readHits(textWork, [found.result.hits], view.reading, asker);
    const result = { ...found.result, hits };
    reply.header("server-timing", `search;dur=${found.result.tookMs.toFixed(1)}`);
    return renderPage(context, request, reply, () =>
      renderSearchPage(view, { query, ...found, result, examples, front }),
    );
  });

  app.get(
    "/articles/:id",
    { schema: { hide: true, params: ArticleParams, querystring: ArticleQuery } },
    async (request, reply) => {
      const { search, archive } = context.backend();
      const { id } = request.params;
      const asker = askerOf(request);
      const article = await search.article(id, asker);
      if (article === undefined) throw noSuchArticle(id);
      // One more than is shown tells whether there are more.
      const told = (await search.similar(id, { ...asker, limit: TELLINGS_SHOWN + 1, sameStory: true })) ?? [];
      const tellings = told.slice(0, TELLINGS_SHOWN);
      const toldIds = new Set(told.map((telling) => telling.id));
      const near = (await search.similar(id, { ...asker, limit: SIMILAR_SHOWN + toldIds.size })) ?? [];
      const similar = near.filter((hit) => !toldIds.has(hit.id)).slice(0, SIMILAR_SHOWN);
      const editions = (await archive.editions?.(id, asker)) ?? [];
      const view = openView(context, assets, request, reply);
      const { hit, script = view.reading } = request.query;
      const isFound = hit !== undefined || toSearchParams(request.query) !== "";
      const query = isFound ? request.query : undefined;
      const neighbours =
        // What else matches is for those alone who may search.
        query === undefined || hit === undefined || !allows(principalOf(request).scopes, ["search"])
          ? undefined
          : await readNeighbours(search, { id, query, place: hit - 1 }, asker);
      const next = neighbours?.next === undefined ? [] : [neighbours.next];
      const [reading, shown] = await Promise.all([
        readArticle(textWork, article, script, asker),
        readHits(textWork, [tellings, similar, next], view.reading, asker),
      ]);
      const { title, body } = reading ?? article;
      const marks =
        query === undefined || query.q === ""
          ? []
          : await markParagraphs([title, ...toParagraphs(body)], query.q, neighbours?.alsoSearched);
      return renderPage(context, request, reply, () =>
        renderArticlePage(view, {
          article,
          reading,
          marks,
          neighbours: neighbours === undefined ? undefined : { ...neighbours, next: shown[2]?.[0] },
          tellings: shown[0] ?? [],
          hasMoreTellings: told.length > tellings.length,
          similar: shown[1] ?? [],
          editions,
          query,
        }),
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
      const [one, two] = await Promise.all([id, other].map((one) => search.article(one, askerOf(request))));
      if (one === undefined || two === undefined) throw noSuchArticle(one === undefined ? id : other);
      const [older, newer] = inOrderOfTime(one, two);
      const comparison = await textWork.compare(older, newer, askerOf(request));
      const view = openView(context, assets, request, reply);
      return renderPage(context, request, reply, () => renderDifferencesPage(view, { older, newer, comparison }));
    },
  );

  app.get("/status", { schema: { hide: true } }, async (request, reply) => {
    const { status, coverage } = await readAgainWhenGone(async () => {
      const status = await toStatusReply(context);
      const search = context.peek()?.search;
      if (search === undefined || status.archive === undefined) return { status, coverage: undefined };
      return { status, coverage: await readCoverage(search, status.archive.snapshot) };
    });
    const view = openView(context, assets, request, reply);
    return renderPage(context, request, reply, () =>
      renderStatusPage(view, { status, memory: readMemory(), coverage }),
    );
  });

  app.get("/saved", { schema: { hide: true } }, async (request, reply) =>
    sendPage(reply, renderSavedPage(openView(context, assets, request, reply))),
  );
}

/** Longest that the first page waits for what it tells of the week; the next reader finds it ready. */
const FRONT_PATIENCE_MS = 300;

/** What comes within some time; undefined for what comes later, or fails. */
async function soon<T>(coming: Promise<T>, patienceMs: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  try {
    return await Promise.race([coming, late]);
  } catch {
    // The page is whole without it; what made the search fail is told by the next search.
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
