import type { FastifyReply, FastifyRequest } from "fastify";
import { askerOf } from "../../http/asker.ts";
import { errorReplies, fileReplies } from "../../http/error-wire.ts";
import { keepNot } from "../../http/unchanged.ts";
import { limitUnderWay, type UnderWayLimits } from "../../http/under-way.ts";
import { countTable } from "../../search/count-table.ts";
import { readAgainWhenGone } from "../../search/read-again-when-gone.ts";
import { byArchiveState, isPassing } from "../archive-state.ts";
import type { App, ServerContext } from "../context.ts";
import { CountsQuery, CountsReply } from "../counts-wire.ts";
import { toCountsCsv, toCountsReply, toCountTableRequest } from "../to-counts.ts";

/** Tables that are counted at the same time; a large one is a hundred searches. */
const UNDER_WAY: UnderWayLimits = { perClient: 2, total: 4 };

const ERRORS = ["invalid-request", "snapshot-gone", "overloaded", "unavailable"] as const;

const DESCRIPTION =
  "Several queries side by side, by day, week, month or year, also split by source or category: articles that match, all articles of the " +
  "period, and the share. Each number is the `total` of a search with the same filters and days.";

/** Counts as a table, for charts and spreadsheets. */
export function addCountRoutes(app: App, context: ServerContext): void {
  const countIn = limitUnderWay("tables of counts", UNDER_WAY);
  const count = async (
    request: FastifyRequest<{ Querystring: CountsQuery }>,
    reply: FastifyReply,
  ): Promise<CountsReply> => {
    const { search, archive } = context.backend();
    countIn(request, reply);
    const asked = toCountTableRequest(request.query);
    const table = await readAgainWhenGone(() => countTable(search, asked, askerOf(request)));
    if (table.queries.some(isPassing)) keepNot(request, reply);
    return toCountsReply(table, { by: request.query.by, timezone: archive.info.timezone });
  };
  app.get(
    "/counts",
    {
      ...byArchiveState(context),
      schema: {
        operationId: "countArticles",
        summary: "Articles over time, as a table",
        description: DESCRIPTION,
        tags: ["search"],
        querystring: CountsQuery,
        response: { 200: CountsReply, ...errorReplies(...ERRORS) },
      },
    },
    count,
  );
  app.get(
    "/counts.csv",
    {
      ...byArchiveState(context),
      schema: {
        operationId: "countArticlesCsv",
        summary: "Articles over time, as CSV",
        description: `${DESCRIPTION} A row for each query, value and period; what has no date has an empty start.`,
        tags: ["search"],
        querystring: CountsQuery,
        response: fileReplies("text/csv", "A file.", ...ERRORS),
      },
    },
    async (request, reply) => {
      const counts = await count(request, reply);
      return reply
        .type("text/csv; charset=utf-8")
        .header("content-disposition", 'attachment; filename="wenxun-counts.csv"')
        .send(toCountsCsv(counts));
    },
  );
}
