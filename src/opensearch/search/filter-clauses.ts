import type { SearchRequest } from "../../archive/request.ts";
import type { QueryFilters } from "../../search/query.ts";
import { parseTimeRange, type TimeRange, toTimeRange } from "../../search/time-range.ts";
import { fold } from "../../text/fold.ts";
import type { Clause } from "../read/snapshot-reads.ts";
import { allOfClauses, anyOfClauses, EVERYTHING, notClause } from "./term-clause.ts";

const hasField = (field: string): Clause => ({ exists: { field } });

/** What the filters of a request and those of its query leave. */
export function toFilterClauses(request: SearchRequest, query: QueryFilters, timezone: string): Clause[] {
  const isUndated = request.without?.includes("date") === true;
  const ranges = [isUndated ? undefined : parseTimeRange(request, timezone), toTimeRange(query, timezone)];
  return [
    ...(isUndated ? [notClause(hasField("at"))] : []),
    ...ranges.flatMap((range) => (range === undefined ? [] : [toRangeClause(range)])),
    ...[request, query].flatMap((names) => toNameClauses(names)),
  ];
}

/** Outside of which the filters of a request and those of its query find nothing; undefined where they bound no time. */
export function boundsOf(
  request: SearchRequest,
  query: QueryFilters,
  timezone: string,
): TimeRange | "undated" | undefined {
  if (request.without?.includes("date") === true) return "undated";
  const [one, other] = [parseTimeRange(request, timezone), toTimeRange(query, timezone)];
  if (one === undefined || other === undefined) return one ?? other;
  return { startMs: Math.max(one.startMs, other.startMs), endMs: Math.min(one.endMs, other.endMs) };
}

/** Instants of a range, which holds no undated article. */
export function toRangeClause({ startMs, endMs }: TimeRange): Clause {
  if (startMs >= endMs) return notClause(EVERYTHING);
  const bounds = {
    ...(startMs > -Number.MAX_VALUE && { gte: startMs }),
    ...(endMs < Number.POSITIVE_INFINITY && { lt: endMs }),
  };
  return Object.keys(bounds).length === 0 ? hasField("at") : { range: { at: bounds } };
}

type NameFilter = Pick<SearchRequest, "sources" | "categories" | "excludedSources" | "excludedCategories" | "without">;

function toNameClauses({
  sources,
  categories,
  excludedSources,
  excludedCategories,
  without = [],
}: NameFilter): Clause[] {
  return [
    ...toNameClause("source", { wanted: sources, excluded: excludedSources, wantsNone: without.includes("source") }),
    ...toNameClause("category", {
      wanted: categories,
      excluded: excludedCategories,
      wantsNone: without.includes("category"),
    }),
  ];
}

/** An article with this name, compared folded; one that folds to nothing is none. */
export function toNamedClause(field: "source" | "category", name: string): Clause {
  const key = fold(name);
  return key === "" ? notClause(hasField(`${field}Key`)) : { term: { [`${field}Key`]: key } };
}

function toNameClause(
  field: "source" | "category",
  { wanted, excluded, wantsNone }: { wanted: readonly string[]; excluded: readonly string[]; wantsNone: boolean },
): Clause[] {
  const clauses: Clause[] = [];
  const names = [
    ...wanted.map((name) => toNamedClause(field, name)),
    ...(wantsNone ? [notClause(hasField(`${field}Key`))] : []),
  ];
  if (names.length > 0) clauses.push(anyOfClauses(names));
  if (excluded.length > 0) clauses.push(allOfClauses(excluded.map((name) => notClause(toNamedClause(field, name)))));
  return clauses;
}
