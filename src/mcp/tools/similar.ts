import { readCursor, toCursor } from "../../http/cursor.ts";
import { Type } from "../../http/schema.ts";
import { fitItems } from "../answer-size.ts";
import { EnvelopeMarks, Result, toResult } from "../result.ts";
import * as argument from "./arguments.ts";
import { defineTool } from "./define-tool.ts";
import { findByShownId, MAX_SHOWN_ID_UNITS } from "./fetch.ts";

const USUAL_RESULTS = 5;
const MOST_RESULTS = 20;

export const similarTool = defineTool({
  name: "similar",
  title: "Find similar articles",
  description:
    "Finds the articles nearest in meaning to one article, its own copies left out. With sameEvent: only those that tell the same event, to compare how sources tell it.",
  needs: "read",
  input: Type.Object(
    {
      id: Type.String({ minLength: 1, maxLength: MAX_SHOWN_ID_UNITS, description: "Of a result." }),
      sameEvent: Type.Optional(Type.Boolean({ description: "Default false." })),
      limit: argument.limit(MOST_RESULTS, USUAL_RESULTS),
      cursor: argument.cursor,
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    results: Type.Array(Result),
    envelope: EnvelopeMarks,
    truncated: argument.truncated,
    nextCursor: argument.nextCursor,
  }),
  async run(args, call) {
    const { id, limit = USUAL_RESULTS, sameEvent: sameStory = false } = args;
    const { at } = readCursor(args.cursor, args);
    const asked = Math.min(MOST_RESULTS, at + limit);
    const hits = await findByShownId(id, (one) =>
      call.search.similar(one, { ...call.options, limit: asked, sameStory }),
    );
    const results = await Promise.all(hits.slice(at).map((hit) => toResult(hit, call, false)));
    const shell = { envelope: call.envelope, truncated: false, nextCursor: toCursor({ at: asked }, args) };
    const fitting = fitItems(results, shell);
    const next = at + fitting.length;
    const isCut = fitting.length < results.length;
    return {
      results: [...fitting],
      envelope: call.envelope,
      truncated: isCut,
      ...((isCut || (hits.length === asked && asked < MOST_RESULTS)) && { nextCursor: toCursor({ at: next }, args) }),
    };
  },
});
