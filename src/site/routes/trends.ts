import type { FastifyReply, FastifyRequest } from "fastify";
import type { App, ServerContext } from "../../api/context.ts";
import { toSearchRequest } from "../../api/to-wire.ts";
import { PageQuery } from "../../api/wire.ts";
import { askerOf } from "../../http/asker.ts";
import { limitUnderWay, type UnderWayLimits } from "../../http/under-way.ts";
import { readAgainWhenGone } from "../../search/read-again-when-gone.ts";
import type { Assets } from "../assets.ts";
import { readChartTable } from "../chart.ts";
import { countMonths, oncePerState } from "../coverage.ts";
import { openView, renderPage } from "../page-reply.ts";
import { type ChartSvgOptions, renderChartSvg } from "../pages/chart-svg.ts";
import { renderTrendsPage } from "../pages/trends-page.ts";

/** Charts that are counted at the same time; one of six sources is a dozen searches. */
const UNDER_WAY: UnderWayLimits = { perClient: 2, total: 4 };

/** Counts over time: a page with the table of its numbers, and the picture as a file. */
export function addTrends(app: App, context: ServerContext, assets: Assets): void {
  const readMonths = oncePerState(countMonths);
  const countIn = limitUnderWay("charts", UNDER_WAY);
  const read = async (
    request: FastifyRequest<{ Querystring: PageQuery }>,
    reply: FastifyReply,
  ): Promise<ChartSvgOptions> => {
    const { query } = request;
    const { search } = context.backend();
    const asker = askerOf(request);
    countIn(request, reply);
    return readAgainWhenGone(async () => {
      const { histogram, snapshot } = await search.search(
        { ...toSearchRequest(query), limit: 0, offset: 0, ranked: false },
        asker,
      );
      const { table } = await readChartTable(search, { ...query, snapshot }, histogram.interval, asker);
      return { query, table, coverage: await readMonths(search, snapshot) };
    });
  };
  app.get("/trends", { schema: { hide: true, querystring: PageQuery } }, async (request, reply) => {
    const counted = await read(request, reply);
    const view = openView(context, assets, request, reply);
    return renderPage(context, request, reply, () => renderTrendsPage(view, counted));
  });
  app.get("/trends.svg", { schema: { hide: true, querystring: PageQuery } }, async (request, reply) => {
    const counted = await read(request, reply);
    const view = openView(context, assets, request, reply);
    const picture = await context.turns.run(askerOf(request), () => renderChartSvg(view, counted));
    return reply.type("image/svg+xml; charset=utf-8").header("cache-control", "private, no-cache").send(picture);
  });
}
