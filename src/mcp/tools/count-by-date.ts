import { readCursor, toCursor } from "../../http/cursor.ts";
import { Type } from "../../http/schema.ts";
import { COUNT_INTERVALS, countByDate } from "../../search/count-by-date.ts";
import { fitItems } from "../answer-size.ts";
import * as argument from "./arguments.ts";
import { defineTool } from "./define-tool.ts";

/** Digits behind the point of a share. */
const SHARE_DIGITS = 6;

export const countByDateTool = defineTool({
  name: "count_by_date",
  title: "Count articles over time",
  description:
    "Counts the articles that match, by day, week, month or year, beside all articles of each period: `share` tells a topic that grows from an archive that grows. Periods before the first and after the last match are left out.",
  needs: "search",
  input: Type.Object(
    {
      query: argument.query("What is counted; the query language of `search`. Empty: every article."),
      ...argument.filters,
      mode: argument.mode,
      interval: Type.Optional(Type.Enum([...COUNT_INTERVALS], { description: "Default month." })),
      cursor: argument.cursor,
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    interval: Type.Enum([...COUNT_INTERVALS]),
    timezone: Type.String({ description: "In which days begin." }),
    total: Type.Integer(),
    undated: Type.Integer({ description: "Articles that match and have no date; they stand in no period." }),
    periods: Type.Array(
      Type.Object({
        start: Type.String({ description: "First day; weeks begin on Monday." }),
        count: Type.Integer(),
        all: Type.Integer({ description: "All articles of the period, with the same filters." }),
        share: Type.Number({ description: "count / all." }),
      }),
    ),
    snapshot: Type.String(),
    truncated: argument.truncated,
    nextCursor: argument.nextCursor,
  }),
  async run(args, call) {
    const { interval = "month" } = args;
    const { at, snapshot } = readCursor(args.cursor, args);
    const request = { ...argument.toSearchRequest(args), snapshot };
    const counts = await countByDate(call.search, request, { ...call.options, interval });
    const first = counts.periods.findIndex(({ count }) => count > 0);
    const last = counts.periods.findLastIndex(({ count }) => count > 0);
    const periods = counts.periods.slice(Math.max(0, first), last + 1).map(({ start, count, all }) => ({
      start,
      count,
      all,
      share: all === 0 ? 0 : Number((count / all).toFixed(SHARE_DIGITS)),
    }));
    const shell = {
      interval,
      timezone: call.archive.info.timezone,
      total: counts.total,
      undated: counts.undated,
      snapshot: counts.result.snapshot,
      truncated: true,
      nextCursor: toCursor({ at: periods.length, snapshot: counts.result.snapshot }, args),
    };
    const fitting = fitItems(periods.slice(at), shell);
    const next = at + fitting.length;
    const { nextCursor: _reserved, ...kept } = shell;
    const isMore = next < periods.length;
    return {
      ...kept,
      periods: [...fitting],
      truncated: isMore,
      ...(isMore && { nextCursor: toCursor({ at: next, snapshot: counts.result.snapshot }, args) }),
    };
  },
});
