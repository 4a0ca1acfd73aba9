import type { SearchRequest } from "../../archive/request.ts";
import type { TimeRange } from "../../search/time-range.ts";
import { fold } from "../../text/fold.ts";
import type { SegmentView, Snapshot } from "../read/snapshot.ts";
import type { RowSpace } from "./row-space.ts";

/** Rows [from, to) of one segment; `allow` has a byte per row, 0 = left out, and undefined lets all through. */
export interface RowSlice {
  readonly from: number;
  readonly to: number;
  readonly allow: Uint8Array | undefined;
}

export type FacetFilter = Pick<SearchRequest, "sources" | "categories" | "excludedSources" | "excludedCategories">;

/** The first row at or after an instant. */
export function lowerBound(publishedAtMs: Float64Array, instantMs: number): number {
  let low = 0;
  let high = publishedAtMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((publishedAtMs[middle] as number) < instantMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function sliceOf(segment: SegmentView, range: TimeRange | undefined): { from: number; to: number } {
  if (range === undefined) return { from: 0, to: segment.rows };
  const { publishedAtMs } = segment;
  return { from: lowerBound(publishedAtMs, range.startMs), to: lowerBound(publishedAtMs, range.endMs) };
}

/** All rows of a range, whatever their source and category; without one all there are. */
export const slicesIn = (space: RowSpace, range?: TimeRange): RowSlice[] =>
  space.segments.map((segment) => ({ ...sliceOf(segment, range), allow: undefined }));

/** No rows at all. */
export const emptySlices = (space: RowSpace): RowSlice[] =>
  space.segments.map(() => ({ from: 0, to: 0, allow: undefined }));

/** Masks of the last few source and category filters, one byte per row of each segment: a page and its next share theirs. */
export class MaskCache {
  readonly #capacity: number;
  readonly #masks = new Map<string, readonly Uint8Array[]>();

  constructor(capacity = 4) {
    this.#capacity = capacity;
  }

  /** One mask per segment, undefined where nothing is filtered. Shared: copy before changing. */
  masks(snapshot: Snapshot, filter: FacetFilter): readonly Uint8Array[] | undefined {
    const { sources, categories, excludedSources, excludedCategories } = filter;
    if (sources.length + categories.length + excludedSources.length + excludedCategories.length === 0) return undefined;
    const key = JSON.stringify([snapshot.name, sources, categories, excludedSources, excludedCategories]);
    const masks = this.#masks.get(key) ?? makeMasks(snapshot, filter);
    this.#masks.delete(key);
    this.#masks.set(key, masks);
    for (const oldest of this.#masks.keys()) {
      if (this.#masks.size <= this.#capacity) break;
      this.#masks.delete(oldest);
    }
    return masks;
  }
}

function makeMasks(snapshot: Snapshot, filter: FacetFilter): Uint8Array[] {
  const allowedSources = allowedIds(snapshot.sources, filter.sources, filter.excludedSources);
  const allowedCategories = allowedIds(snapshot.categories, filter.categories, filter.excludedCategories);
  return snapshot.segments.map(({ rows, sourceIds, categoryIds }) => {
    const mask = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) {
      mask[row] =
        (allowedSources[sourceIds[row] as number] as number) &
        (allowedCategories[categoryIds[row] as number] as number);
    }
    return mask;
  });
}

/**
 * 1 for each id that is among the wanted names (all, when none is named) and not among the excluded ones. Names are compared
 * folded, as they are counted: 财经 wants 財經 too.
 */
function allowedIds(names: readonly string[], wanted: readonly string[], excluded: readonly string[]): Uint8Array {
  const wantedSet = new Set(wanted.map(fold));
  const excludedSet = new Set(excluded.map(fold));
  return Uint8Array.from(names, (name) => {
    const folded = fold(name);
    return (wantedSet.size === 0 || wantedSet.has(folded)) && !excludedSet.has(folded) ? 1 : 0;
  });
}
