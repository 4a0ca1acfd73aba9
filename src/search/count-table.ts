import type { ReadOptions } from "../archive/archive.ts";
import type { Lack, SearchRequest } from "../archive/request.ts";
import type { SearchNotice, SearchResult } from "../archive/result.ts";
import { AppError } from "../errors.ts";
import { type CountInterval, searchedInterval, toPeriods } from "./count-by-date.ts";
import { filtersAlone } from "./query.ts";
import type { SearchService } from "./search.ts";

/** What the counts of a query may be split by. */
export const COUNT_FIELDS = ["source", "category"] as const;
export type CountField = (typeof COUNT_FIELDS)[number];

/** Queries of one table. */
export const MAX_COUNTED_QUERIES = 5;

/** Sources or categories that get columns of their own. */
export const MAX_COUNTED_VALUES = 20;

/** Counts of one table: writing more would hold the thread that answers for longer than a page does. */
export const MAX_COUNTED_CELLS = 10_000;

/**
 * `all`: whatever the query matches; `value`: that of one source or category; `none`: what has none; `rest`: that of all others together.
 */
export const COUNT_GROUPS = ["all", "value", "none", "rest"] as const;
export type CountGroup = (typeof COUNT_GROUPS)[number];

/** Articles that match, beside all that there are with the same filters, those of the query included. */
export interface Counted {
  readonly count: number;
  readonly all: number;
}

export interface CountSeries {
  readonly query: string;
  readonly group: CountGroup;
  /** The source or category; empty where the group is none. */
  readonly value: string;
  /** Dated or not. */
  readonly total: Counted;
  readonly undated: Counted;
  /** The same periods in every series, ascending, gaps among them. */
  readonly periods: readonly ({ readonly start: string } & Counted)[];
}

export interface CountTable {
  readonly interval: CountInterval;
  readonly snapshot: string;
  /** How each query was read, what is to be known of it, and its total. */
  readonly queries: readonly Pick<SearchResult, "query" | "mode" | "readAs" | "total" | "undated" | "notices">[];
  /** Query by query; of a query that is split the values, most articles first, then what has none, then the rest: together all of it. */
  readonly series: readonly CountSeries[];
}

export interface CountTableRequest extends Omit<SearchRequest, "query" | "interval"> {
  readonly queries: readonly string[];
  readonly interval: CountInterval;
  /** Default: counts are not split. */
  readonly by?: CountField | undefined;
  /** Values of `by` that are counted apart; the others are the rest. */
  readonly values?: number | undefined;
}

/** Values that are counted apart where a request does not say. */
export const DEFAULT_COUNTED_VALUES = 10;

/** What is counted in one search: its periods, and its articles with and without a date. */
interface Column {
  readonly periods: ReadonlyMap<string, number>;
  readonly total: number;
  readonly undated: number;
}

/** The part of a query's articles that a series counts. */
type Part = Pick<CountSeries, "group" | "value">;

const WHOLE: Part = { group: "all", value: "" };

const keyOf = (query: string, { group, value }: Part): string => JSON.stringify([query, group, value]);

/**
 * Counts several queries period by period, also by source or category, beside all articles. Every number is the one that a search with
 * the same filters and days gives; all are of one state of the archive.
 * @throws AppError `invalid-request` for a table that is too large
 */
export async function countTable(
  search: Pick<SearchService, "search">,
  { queries, interval, by, values = DEFAULT_COUNTED_VALUES, ...filters }: CountTableRequest,
  options: ReadOptions = {},
): Promise<CountTable> {
  let { snapshot } = filters;
  const find = async (query: string, change: Partial<SearchRequest>): Promise<SearchResult> => {
    const counted = {
      limit: 0,
      offset: 0,
      ranked: false,
      stories: false,
      rerank: false,
      interval: searchedInterval(interval),
    } as const;
    const result = await search.search({ ...filters, facetValues: 0, ...change, ...counted, query, snapshot }, options);
    snapshot = result.snapshot;
    return result;
  };
  const facetValues = by === undefined ? 0 : MAX_COUNTED_VALUES;
  const wholes: SearchResult[] = [];
  const wholeColumns: { readonly query: string; readonly all: Column }[] = [];
  for (const query of queries) {
    const whole = await find(query, { facetValues });
    wholes.push(whole);
    // Between searches, so that thousands of days of each query are never reckoned in one go.
    wholeColumns.push({ query: whole.query, all: toColumn(whole, interval) });
  }
  const everything = await find("", {});
  const allOfIt = toColumn(everything, interval);
  const parts = by === undefined ? [WHOLE] : partsOf(wholes, { by, values, filters });
  const columns = new Map([[keyOf("", WHOLE), allOfIt]]);
  const readColumn = async (query: string, part: Part): Promise<Column> => {
    const key = keyOf(query, part);
    const change = by === undefined || part === WHOLE ? {} : onlyPart(filters, by, part);
    const column = columns.get(key) ?? toColumn(await find(query, change), interval);
    columns.set(key, column);
    return column;
  };
  const axis = toAxis(
    wholeColumns.map(({ all }) => all),
    allOfIt,
  );
  const cells = axis.length * queries.length * (parts.length + 1);
  if (cells > MAX_COUNTED_CELLS) {
    throw new AppError(
      "invalid-request",
      `The table has ${cells} counts, wanted at most ${MAX_COUNTED_CELLS}: ask for longer intervals, a narrower range of days, fewer queries or fewer values.`,
    );
  }

  const series: CountSeries[] = [];
  for (const { query, all } of wholeColumns) {
    const asked = filtersAlone(query);
    const allAsked = await readColumn(asked, WHOLE);
    if (by === undefined) {
      series.push(toSeries({ query, ...WHOLE }, axis, [all, allAsked]));
      continue;
    }
    const own: Column[] = [];
    const base: Column[] = [];
    for (const part of parts) {
      const [counted, beside] = [await readColumn(query, part), await readColumn(asked, part)];
      own.push(counted);
      base.push(beside);
      series.push(toSeries({ query, ...part }, axis, [counted, beside]));
    }
    series.push(toSeries({ query, group: "rest", value: "" }, axis, [without(all, own), without(allAsked, base)]));
  }
  const toRead = ({ query, mode, readAs, total, undated, notices }: SearchResult) => ({
    query,
    mode,
    readAs,
    total,
    undated,
    notices: [...notices] satisfies SearchNotice[],
  });
  return { interval, snapshot: everything.snapshot, queries: wholes.map(toRead), series };
}

/** Where a request names what is wanted of a field, and how it says that what lacks it is wanted too. */
const FILTERS = { source: "sources", category: "categories" } as const satisfies Record<
  CountField,
  keyof SearchRequest
>;

interface Split {
  readonly by: CountField;
  readonly values: number;
  readonly filters: Omit<SearchRequest, "query" | "interval">;
}

/** The commonest values of all queries together, and what has none, unless the filters leave that out. */
function partsOf(wholes: readonly SearchResult[], { by, values, filters }: Split): readonly Part[] {
  const counts = new Map<string, number>();
  for (const { facets } of wholes) {
    for (const { value, count } of facets[by]) counts.set(value, (counts.get(value) ?? 0) + count);
  }
  const listed = [...counts].sort(([, a], [, b]) => b - a).slice(0, values);
  const isNoneWanted = filters[FILTERS[by]].length === 0 || filters.without?.includes(by) === true;
  const none: readonly Part[] = isNoneWanted ? [{ group: "none", value: "" }] : [];
  return [...listed.map(([value]): Part => ({ group: "value", value })), ...none];
}

/** The filters that leave one part of what they let through. */
function onlyPart({ without = [] }: Split["filters"], by: CountField, { group, value }: Part): Partial<SearchRequest> {
  const others: readonly Lack[] = without.filter((lack) => lack !== by);
  return group === "value"
    ? { [FILTERS[by]]: [value], without: others }
    : { [FILTERS[by]]: [], without: [...others, by] };
}

const toColumn = ({ histogram, total, undated }: SearchResult, interval: CountInterval): Column => ({
  periods: toPeriods(histogram, interval),
  total,
  undated,
});

/** What of a column is in none of others. Estimates of an engine may exceed it. */
function without(whole: Column, parts: readonly Column[]): Column {
  const left = (read: (column: Column) => number): number =>
    Math.max(
      0,
      parts.reduce((sum, part) => sum - read(part), read(whole)),
    );
  const starts = [...whole.periods.keys()];
  return {
    periods: new Map(starts.map((start) => [start, left(({ periods }) => periods.get(start) ?? 0)])),
    total: left(({ total }) => total),
    undated: left(({ undated }) => undated),
  };
}

/** Every period from the first with a match of any query to the last. */
function toAxis(wholes: readonly Column[], everything: Column): readonly string[] {
  let [first, last] = ["~", ""];
  for (const { periods } of wholes) {
    for (const [start, count] of periods) {
      if (count === 0) continue;
      if (start < first) first = start;
      if (start > last) last = start;
    }
  }
  return [...everything.periods.keys()].filter((start) => start >= first && start <= last);
}

function toSeries(
  named: Part & { readonly query: string },
  axis: readonly string[],
  [own, base]: readonly [Column, Column],
): CountSeries {
  return {
    ...named,
    total: { count: own.total, all: base.total },
    undated: { count: own.undated, all: base.undated },
    periods: axis.map((start) => ({
      start,
      count: own.periods.get(start) ?? 0,
      all: base.periods.get(start) ?? 0,
    })),
  };
}
