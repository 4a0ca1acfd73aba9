import type { Static } from "typebox";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchRequest } from "../../archive/request.ts";
import { Type } from "../../http/schema.ts";

/** Longest query; a claim to check may be a paragraph. */
const MAX_QUERY_UNITS = 2000;
const MAX_FILTER_VALUES = 50;

const day = (description: string) => Type.Optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description }));

const names = (description: string) =>
  Type.Optional(Type.Array(Type.String({ maxLength: 1000 }), { maxItems: MAX_FILTER_VALUES, description }));

export const query = (description: string) => Type.String({ maxLength: MAX_QUERY_UNITS, description });

/** What narrows any search. */
export const filters = {
  from: day("First day, YYYY-MM-DD, inclusive, in the archive's time zone."),
  to: day("Last day, YYYY-MM-DD, inclusive."),
  source: names("Only these sources, spelled as the tool `sources` lists them."),
  category: names("Only these categories."),
};

export const mode = Type.Optional(
  Type.Enum([...SEARCH_MODES], {
    description: "hybrid (default): words and meaning; keyword: words alone; semantic: meaning alone.",
  }),
);

export const limit = (most: number, usual: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: most, description: `Default ${usual}.` }));

export const cursor = Type.Optional(
  Type.String({ maxLength: 500, description: "nextCursor of an answer to the same arguments: goes on after it." }),
);

export const nextCursor = Type.Optional(
  Type.String({ description: "There is more: repeat the arguments with it as cursor." }),
);

export const truncated = Type.Boolean({ description: "Whether this answer was cut to its largest size." });

const Filters = Type.Object({ query: Type.Optional(Type.String()), ...filters, mode });

/** The search that arguments ask for; without a query: every article, newest first. */
export function toSearchRequest(args: Static<typeof Filters>): SearchRequest {
  return {
    ...PLAIN_REQUEST,
    query: args.query ?? "",
    ...(args.mode !== undefined && { mode: args.mode }),
    from: args.from,
    to: args.to,
    sources: args.source ?? [],
    categories: args.category ?? [],
  };
}
