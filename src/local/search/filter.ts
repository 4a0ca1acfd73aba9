import type { SearchRequest } from "../../archive/request.ts";
import { LruMap } from "../../collections/lru-map.ts";
import type { QueryFilters } from "../../search/query.ts";
import { parseTimeRange, type TimeRange, toTimeRange } from "../../search/time-range.ts";
import { fold } from "../../text/fold.ts";
import type { SegmentView, Snapshot } from "../read/snapshot.ts";
import { firstSince } from "../segment/kept-columns.ts";
import type { RowSpace } from "./row-space.ts";

/** Rows [from, to) of one segment; `allow` has a byte per row, 0 = left out, and undefined lets all through. */
export interface RowSlice {
  readonly from: number;
  readonly to: number;
  readonly allow: Uint8Array | undefined;
}

export type FacetFilter = Pick<
  SearchRequest,
  "sources" | "categories" | "excludedSources" | "excludedCategories" | "without"
>;

export function sliceOf(segment: SegmentView, range: TimeRange | undefined): { from: number; to: number } {
  if (range === undefined) return { from: 0, to: segment.rows };
  const { publishedAtMs } = segment;
  return { from: firstSince(publishedAtMs, range.startMs), to: firstSince(publishedAtMs, range.endMs) };
}

/** All rows of a range, whatever their source and category; without one all there are. */
export const slicesIn = (space: RowSpace, range?: TimeRange): RowSlice[] =>
  space.segments.map((segment) => ({ ...sliceOf(segment, range), allow: undefined }));

/** Whether slices leave nothing out. */
export const isWhole = (slices: readonly RowSlice[], space: RowSpace): boolean =>
  slices.every(({ from, to, allow }, index) => from === 0 && to === space.segments[index]?.rows && allow === undefined);

/** No rows at all. */
export const emptySlices = (space: RowSpace): RowSlice[] =>
  space.segments.map(() => ({ from: 0, to: 0, allow: undefined }));

/** Where articles without a date stand. */
const UNDATED: TimeRange = { startMs: Number.NEGATIVE_INFINITY, endMs: -Number.MAX_VALUE };

/** The rows that the filters of a request leave, and those of its query. */
export function filterSlices(
  snapshot: Snapshot,
  [request, query]: readonly [request: SearchRequest, query: QueryFilters],
  timezone: string,
  cache: MaskCache,
): RowSlice[] {
  const range = request.without?.includes("date") === true ? UNDATED : parseTimeRange(request, timezone);
  const within = toTimeRange(query, timezone);
  const masks = cache.masks(snapshot, [request, query]);
  return snapshot.segments.map((segment, index) => {
    const [outer, inner] = [sliceOf(segment, range), sliceOf(segment, within)];
    const from = Math.max(outer.from, inner.from);
    return { from, to: Math.max(from, Math.min(outer.to, inner.to)), allow: masks?.[index] };
  });
}

/** Masks of the last few source and category filters, one byte per row of each segment: a page and its next share theirs. */
export class MaskCache {
  readonly #masks: LruMap<readonly Uint8Array[]>;

  constructor(capacity = 4) {
    this.#masks = new LruMap({ maxWeight: capacity });
  }

  /** One mask per segment for what all filters let through, undefined where nothing is filtered. Shared: copy before changing. */
  masks(snapshot: Snapshot, filters: readonly FacetFilter[]): readonly Uint8Array[] | undefined {
    const names = filters.flatMap(({ sources, categories, excludedSources, excludedCategories, without = [] }) => [
      sources,
      categories,
      excludedSources,
      excludedCategories,
      without.filter((lack) => lack !== "date"),
    ]);
    if (names.every(({ length }) => length === 0)) return undefined;
    const key = JSON.stringify([snapshot.name, ...names]);
    return this.#masks.getOrMake(key, () => makeMasks(snapshot, filters));
  }
}

function makeMasks({ sources, categories, segments }: Snapshot, filters: readonly FacetFilter[]): Uint8Array[] {
  const allowedSources = allowedBy(filters, (filter) =>
    allowedIds(sources, {
      wanted: filter.sources,
      excluded: filter.excludedSources,
      wantsNone: filter.without?.includes("source") === true,
    }),
  );
  const allowedCategories = allowedBy(filters, (filter) =>
    allowedIds(categories, {
      wanted: filter.categories,
      excluded: filter.excludedCategories,
      wantsNone: filter.without?.includes("category") === true,
    }),
  );
  return segments.map(({ rows, sourceIds, categoryIds }) => {
    const mask = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) {
      mask[row] =
        (allowedSources[sourceIds[row] as number] as number) &
        (allowedCategories[categoryIds[row] as number] as number);
    }
    return mask;
  });
}

/** 1 for each id that every filter lets through. */
function allowedBy(filters: readonly FacetFilter[], read: (filter: FacetFilter) => Uint8Array): Uint8Array {
  const [first = new Uint8Array(), ...others] = filters.map(read);
  return first.map((allowed, id) => (others.every((other) => other[id] === 1) ? allowed : 0));
}

interface NameFilter {
  readonly wanted: readonly string[];
  readonly excluded: readonly string[];
  /** Articles without a name are wanted too. */
  readonly wantsNone: boolean;
}

/**
 * 1 for each id that is among the wanted names (all, when none is wanted) and not among the excluded ones. Names are compared
 * folded, as they are counted: 财经 wants 財經 too.
 */
function allowedIds(names: readonly string[], { wanted, excluded, wantsNone }: NameFilter): Uint8Array {
  const wantedSet = new Set(wanted.map(fold));
  const excludedSet = new Set(excluded.map(fold));
  const wantsAll = wantedSet.size === 0 && !wantsNone;
  return Uint8Array.from(names, (name) => {
    const folded = fold(name);
    const isWanted = wantsAll || wantedSet.has(folded) || (wantsNone && folded === "");
    return isWanted && !excludedSet.has(folded) ? 1 : 0;
  });
}
