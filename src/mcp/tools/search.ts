import { SORT_ORDERS } from "../../archive/request.ts";
import { SEARCH_NOTICES } from "../../archive/result.ts";
import { readCursor, toCursor } from "../../http/cursor.ts";
import { Type } from "../../http/schema.ts";
import { nextOffset } from "../../search/limits.ts";
import { fitItems } from "../answer-size.ts";
import { EnvelopeMarks, Result, toResult } from "../result.ts";
import * as argument from "./arguments.ts";
import { defineTool } from "./define-tool.ts";

/** Five results with a passage each are some thousand tokens of Chinese. */
const USUAL_RESULTS = 5;
const MOST_RESULTS = 20;

export const searchTool = defineTool({
  name: "search",
  title: "Search the archive",
  description:
    'Finds articles by words and by meaning, in Simplified and Traditional Chinese alike. Query language: words must all occur; "…" is a phrase, -word excludes, OR, (…), title:, source:, before:, after:. Each result has a passage with its exact place in the article; `fetch` gives the article. An empty query lists the newest articles.',
  needs: "search",
  input: Type.Object(
    {
      query: argument.query("What is sought, in the language of the articles."),
      ...argument.filters,
      mode: argument.mode,
      sort: Type.Optional(Type.Enum([...SORT_ORDERS], { description: "Default relevance." })),
      limit: argument.limit(MOST_RESULTS, USUAL_RESULTS),
      cursor: argument.cursor,
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    results: Type.Array(Result),
    total: Type.Integer({
      description: "Articles that match, copies included; results of `related` are not among them.",
    }),
    readAs: Type.Optional(Type.String({ description: "How the query was read." })),
    unknownOperators: Type.Optional(
      Type.Array(Type.String(), { description: "What looks like an operator and is none: looked for as words." }),
    ),
    notices: Type.Optional(
      Type.Array(Type.Enum([...SEARCH_NOTICES]), {
        description:
          "query-cut: some of a long query was left out, see readAs. phrase-unchecked: too many articles hold every part of a phrase, of an excluded word, or of words in the title or near each other, to be read; all count unread, and some may not match. list-cut: more results follow than cursors lead to; ask for fewer days.",
      }),
    ),
    snapshot: Type.String({ description: "State of the archive in which this was found." }),
    envelope: EnvelopeMarks,
    truncated: argument.truncated,
    nextCursor: argument.nextCursor,
  }),
  async run(args, call) {
    const { limit = USUAL_RESULTS, sort = "relevance" } = args;
    const { at, snapshot } = readCursor(args.cursor, args);
    const request = {
      ...argument.toSearchRequest(args),
      sort,
      limit,
      offset: at,
      snapshot,
      stories: true,
      facetValues: 0,
    };
    const found = await call.search.search(request, call.options);
    const results = await Promise.all(found.hits.map((hit) => toResult(hit, call, found.readAs !== "")));
    const shell = {
      total: found.total,
      ...(found.readAs !== "" && { readAs: found.readAs }),
      ...(found.unknownOperators.length > 0 && { unknownOperators: [...found.unknownOperators] }),
      ...(found.notices.length > 0 && { notices: [...found.notices] }),
      snapshot: found.snapshot,
      envelope: call.envelope,
      truncated: false,
      nextCursor: toCursor({ at: at + limit, snapshot: found.snapshot }, args),
    };
    const fitting = fitItems(results, shell);
    const next = fitting.length > 0 ? nextOffset(found, at + fitting.length) : undefined;
    const { nextCursor: _reserved, ...kept } = shell;
    return {
      results: [...fitting],
      ...kept,
      truncated: fitting.length < results.length,
      ...(next !== undefined && { nextCursor: toCursor({ at: next, snapshot: found.snapshot }, args) }),
    };
  },
});
