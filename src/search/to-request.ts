import {
  HISTOGRAM_INTERVALS,
  LACKS,
  PLAIN_REQUEST,
  SEARCH_MODES,
  type SearchRequest,
  SORT_ORDERS,
} from "../archive/request.ts";
import {
  BOOLEAN,
  checkFields,
  checkValue,
  type FieldRule,
  type FieldRules,
  isText,
  isTexts,
} from "../text/check-fields.ts";
import { MAX_LIMIT } from "./limits.ts";

/** What programs ask, which no schema has checked. */

const oneOf = (values: readonly string[]): FieldRule => ({
  wanted: `one of ${values.join(", ")}`,
  isRight: (value) => isText(value) && values.includes(value),
});

const TEXT: FieldRule = { wanted: "text", isRight: isText };
const TEXTS: FieldRule = { wanted: "an array of texts", isRight: isTexts };
const DAY: FieldRule = { wanted: "a day as YYYY-MM-DD, like 2021-03-14", isRight: isText };
/** Checked with every search. */
const NUMBER: FieldRule = { wanted: "a whole number", isRight: () => true };

const REQUEST: FieldRules<SearchRequest> = {
  query: TEXT,
  mode: oneOf(SEARCH_MODES),
  from: DAY,
  to: DAY,
  sources: TEXTS,
  categories: TEXTS,
  without: {
    wanted: `an array of ${LACKS.join(", ")}`,
    isRight: (value) => isTexts(value) && value.every((lack) => LACKS.some((known) => known === lack)),
  },
  excludedSources: TEXTS,
  excludedCategories: TEXTS,
  sort: oneOf(SORT_ORDERS),
  limit: NUMBER,
  offset: NUMBER,
  stories: BOOLEAN,
  rerank: BOOLEAN,
  ranked: BOOLEAN,
  facetValues: NUMBER,
  interval: oneOf(HISTOGRAM_INTERVALS),
  snapshot: TEXT,
};

const QUERY: FieldRule = {
  wanted: "a query as text, or an object with fields such as query, from and limit",
  isRight: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/**
 * The search that a program asks for, as its query or as what of a request is not as usual.
 * @throws AppError `invalid-request` that names the first field that there is none of, or that is another kind of value
 */
export function toRequest(given: string | Partial<SearchRequest>): SearchRequest {
  if (isText(given)) return { ...PLAIN_REQUEST, query: given };
  checkValue(given, QUERY, { code: "invalid-request", name: "query" });
  checkFields<Partial<SearchRequest>>(given, REQUEST, {
    code: "invalid-request",
    name: "query",
    namesFieldsAlone: true,
  });
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...PLAIN_REQUEST, ...Object.fromEntries(said) };
}

/** The id that a program passes. @throws AppError `invalid-request` for what is no text */
export function toId(given: string): string {
  checkValue(given, { ...TEXT, wanted: "the id of an article, as text" }, { code: "invalid-request", name: "id" });
  return given;
}

/** How many similar articles a program asks for. @throws AppError `invalid-request` */
export function toSimilarLimit(given = 10): number {
  const rule: FieldRule = {
    wanted: `a whole number from 1 to ${MAX_LIMIT}`,
    isRight: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_LIMIT,
  };
  checkValue(given, rule, { code: "invalid-request", name: "limit" });
  return given;
}
