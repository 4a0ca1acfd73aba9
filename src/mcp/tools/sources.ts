import { readCursor, toCursor } from "../../http/cursor.ts";
import { Type } from "../../http/schema.ts";
import { MAX_FACET_VALUES } from "../../search/limits.ts";
import { fitItems } from "../answer-size.ts";
import { toLabel } from "../envelope.ts";
import * as argument from "./arguments.ts";
import { defineTool } from "./define-tool.ts";

const USUAL_VALUES = 50;
const MOST_VALUES = 500;

export const sourcesTool = defineTool({
  name: "sources",
  title: "List sources or categories",
  description:
    "Lists the sources of the archive, or its categories, with the number of articles of each, largest first; with a query or days: of the articles that match.",
  needs: "search",
  input: Type.Object(
    {
      field: Type.Optional(Type.Enum(["source", "category"], { description: "Default source." })),
      query: Type.Optional(argument.query("Counts the articles that match it. Default: every article.")),
      ...argument.filters,
      mode: argument.mode,
      limit: argument.limit(MOST_VALUES, USUAL_VALUES),
      cursor: argument.cursor,
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    field: Type.Enum(["source", "category"]),
    values: Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() })),
    total: Type.Integer({ description: "Articles that are counted." }),
    none: Type.Integer({ description: "Of these without a value." }),
    unlisted: Type.Optional(
      Type.Integer({
        description: `Values that no answer lists, as there are more than ${MAX_FACET_VALUES}: a query, days or filters leave fewer.`,
      }),
    ),
    snapshot: Type.String(),
    truncated: argument.truncated,
    nextCursor: argument.nextCursor,
  }),
  async run(args, call) {
    const { field = "source", limit = USUAL_VALUES } = args;
    const { at, snapshot } = readCursor(args.cursor, args);
    const facetValues = Math.min(MAX_FACET_VALUES, at + limit);
    const request = { ...argument.toSearchRequest(args), limit: 0, ranked: false, facetValues, snapshot };
    const found = await call.search.search(request, call.options);
    const listed = found.facets[field];
    const all = listed.length + found.facetRemainders[field].values;
    const values = listed.slice(at).map(({ value, count }) => ({ value: toLabel(value), count }));
    const shell = {
      field,
      total: found.total,
      none: found.facetRemainders[field].none,
      ...(all > MAX_FACET_VALUES && { unlisted: all - MAX_FACET_VALUES }),
      snapshot: found.snapshot,
      truncated: true,
      nextCursor: toCursor({ at: facetValues, snapshot: found.snapshot }, args),
    };
    const fitting = fitItems(values, shell);
    const next = at + fitting.length;
    const isMore = next < Math.min(all, MAX_FACET_VALUES);
    const { nextCursor: _reserved, ...kept } = shell;
    return {
      ...kept,
      values: [...fitting],
      truncated: fitting.length < values.length,
      ...(isMore && fitting.length > 0 && { nextCursor: toCursor({ at: next, snapshot: found.snapshot }, args) }),
    };
  },
});
