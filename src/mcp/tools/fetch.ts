import { AppError } from "../../errors.ts";
import { readCursor, toCursor } from "../../http/cursor.ts";
import { Type } from "../../http/schema.ts";
import { fitText } from "../answer-size.ts";
import { readShownId } from "../article-uri.ts";
import { enclose } from "../envelope.ts";
import { findPassages } from "../quote.ts";
import { Citation, EnvelopeMarks, toCitation } from "../result.ts";
import * as argument from "./arguments.ts";
import { defineTool } from "./define-tool.ts";

const MAX_QUOTE_UNITS = 1000;
/** Places of a quote that are named. */
const MAX_PLACES = 10;

/** Longest id of an answer: an id, or the address of one. */
export const MAX_SHOWN_ID_UNITS = 5000;

/** What `find` has for the article that a model means. @throws AppError `not-found` */
export async function findByShownId<T>(shown: string, find: (id: string) => Promise<T | undefined>): Promise<T> {
  for (const id of readShownId(shown)) {
    const found = await find(id);
    if (found !== undefined) return found;
  }
  throw new AppError("not-found", `There is no article with the id ${JSON.stringify(shown)} in the archive.`);
}

const { id, title, url, ...others } = Citation;

export const fetchTool = defineTool({
  name: "fetch",
  title: "Read an article",
  description:
    "Gives the text of one article by its id, in parts where it is long. With `quote` it also says at which offsets of the stored body exactly that text stands: no place means that the article does not say so.",
  needs: "read",
  input: Type.Object(
    {
      id: Type.String({ minLength: 1, maxLength: MAX_SHOWN_ID_UNITS, description: "Of a result." }),
      quote: Type.Optional(
        Type.String({ minLength: 1, maxLength: MAX_QUOTE_UNITS, description: "Text to be proven, word for word." }),
      ),
      cursor: argument.cursor,
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    id,
    title,
    text: Type.String({ description: "Of the body, from metadata.start to metadata.end, between the marks." }),
    url,
    metadata: Type.Object({
      ...others,
      start: Type.Integer({ description: "UTF-16 offset of the text within the stored body." }),
      end: Type.Integer(),
      bodyLength: Type.Integer({ description: "UTF-16 units of the whole body." }),
      places: Type.Optional(
        Type.Array(Type.Object({ start: Type.Integer(), end: Type.Integer() }), {
          description: "Where the quote stands in the stored body; empty: nowhere.",
        }),
      ),
      envelope: EnvelopeMarks,
    }),
    truncated: argument.truncated,
    nextCursor: argument.nextCursor,
  }),
  async run(args, call) {
    const { at } = readCursor(args.cursor, args);
    const article = await findByShownId(args.id, (id) => call.search.article(id, call.options));
    const { body } = article;
    const start = Math.min(at, body.length);
    const { id, title, url, ...details } = toCitation(article, call);
    const places = args.quote === undefined ? undefined : findPassages(body, args.quote, MAX_PLACES);
    const toAnswer = (end: number) => ({
      id,
      title,
      text: enclose(body.slice(start, end), call.envelope),
      url,
      metadata: {
        ...details,
        start,
        end,
        bodyLength: body.length,
        ...(places !== undefined && { places }),
        envelope: call.envelope,
      },
      truncated: end < body.length,
      ...(end < body.length && { nextCursor: toCursor({ at: end }, args) }),
    });
    return toAnswer(fitText(body, start, toAnswer));
  },
});
