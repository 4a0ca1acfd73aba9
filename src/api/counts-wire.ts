import type { Static } from "typebox";
import { SEARCH_MODES } from "../archive/request.ts";
import { Type } from "../http/schema.ts";
import { COUNT_INTERVALS } from "../search/count-by-date.ts";
import {
  COUNT_FIELDS,
  COUNT_GROUPS,
  DEFAULT_COUNTED_VALUES,
  MAX_COUNTED_QUERIES,
  MAX_COUNTED_VALUES,
} from "../search/count-table.ts";
import { Notices, SearchQuery } from "./wire.ts";

const { from, to, source, category, excludeSource, excludeCategory, without, mode, snapshot } = SearchQuery.properties;

/** Query parameters of a table of counts. */
export const CountsQuery = Type.Object({
  q: Type.Array(Type.String({ maxLength: 1000 }), {
    maxItems: MAX_COUNTED_QUERIES,
    default: [""],
    description:
      "What is counted, in the query language; may be repeated, to count several side by side. Empty: every article.",
    examples: [["台风"]],
  }),
  interval: Type.Enum([...COUNT_INTERVALS], {
    default: "month",
    description: "Length of a period; weeks begin on Monday.",
    examples: ["year"],
  }),
  by: Type.Optional(
    Type.Enum([...COUNT_FIELDS], {
      description: "Splits the counts of each query by source or category.",
      examples: ["source"],
    }),
  ),
  values: Type.Integer({
    minimum: 1,
    maximum: MAX_COUNTED_VALUES,
    default: DEFAULT_COUNTED_VALUES,
    description: "With `by`: how many sources or categories are counted apart, the commonest; the others are the rest.",
  }),
  from,
  to,
  source,
  category,
  excludeSource,
  excludeCategory,
  without,
  mode,
  snapshot,
});
export type CountsQuery = Static<typeof CountsQuery>;

const counted = {
  count: Type.Integer({ description: "Articles that match." }),
  all: Type.Integer({ description: "All articles, with the same filters." }),
  share: Type.Number({ description: "count / all; 0 where there are none." }),
};

export const CountsReply = Type.Object({
  interval: Type.Enum([...COUNT_INTERVALS]),
  timezone: Type.String({ description: "In which days begin." }),
  by: Type.Optional(Type.Enum([...COUNT_FIELDS])),
  snapshot: Type.String({ description: "Names the state of the archive in which everything was counted." }),
  queries: Type.Array(
    Type.Object({
      query: Type.String(),
      mode: Type.Enum([...SEARCH_MODES], { description: "The mode that was used." }),
      readAs: Type.String({ description: "How the query was read." }),
      total: Type.Integer({ description: "Articles that match; the series of the query add up to it." }),
      undated: Type.Integer({ description: "Those of them that have no date and stand in no period." }),
      notices: Notices,
    }),
  ),
  series: Type.Array(
    Type.Object({
      query: Type.String(),
      group: Type.Enum([...COUNT_GROUPS], {
        description:
          "all: whatever the query matches; value: of one source or category; none: without any; rest: of all others together.",
      }),
      value: Type.String({ description: "The source or category; empty where the group is none." }),
      total: Type.Object(counted),
      undated: Type.Object(counted),
      periods: Type.Array(Type.Object({ start: Type.String({ description: "First day, YYYY-MM-DD." }), ...counted })),
    }),
    {
      description:
        "All have the same periods: from the first with a match of any query to the last, those without one between them too.",
    },
  ),
});
export type CountsReply = Static<typeof CountsReply>;
