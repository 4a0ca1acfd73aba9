import type { Candidates, Contemporaries } from "../../search/candidates.ts";
import { ALONE } from "../../threads/sharing/work-sharer.ts";
import type { SegmentView, Snapshot } from "../read/snapshot.ts";
import { firstSince } from "../segment/kept-columns.ts";
import { ArticleReads } from "./article-reads.ts";
import type { SearchSharing } from "./parts/do-parts.ts";
import type { RowSpace } from "./row-space.ts";
import { VectorReads } from "./vector-reads.ts";

/** The rows of a snapshot as ranking sees them, for one search. */
export function createCandidates(snapshot: Snapshot, space: RowSpace, sharing: SearchSharing = ALONE): Candidates {
  const reads = new ArticleReads({ snapshot, space, sharing });
  const vectors = new VectorReads(space);
  return {
    vector: (place) => vectors.at(place),
    cosine: (query, place) => space.at(place, (segment, row) => segment.similarity(query, row)),
    publishedAtMs: (place) => space.at(place, ({ publishedAtMs }, row) => publishedAtMs.at(row)),
    article: (place) => reads.at(place),
    readAhead: (places) => reads.readAhead(places),
    countTerms: (places, terms) => reads.countTerms(places, terms),
  };
}

/** The rows of a snapshot as grouping by event sees them. */
export const createContemporaries = (space: RowSpace): Contemporaries => ({
  countAround: (instantMs, spanMs) =>
    space.segments.reduce(
      (sum, { publishedAtMs }) =>
        sum + firstSince(publishedAtMs, instantMs + spanMs) - firstSince(publishedAtMs, instantMs - spanMs),
      0,
    ),
  cosinesAround: (vector, instantMs, count) =>
    rowsAround(space.segments, instantMs, count).flatMap(({ segment, row }) => segment.similarity(vector, row) ?? []),
});

/** A place in the rows of one segment. */
interface Cursor {
  readonly segment: SegmentView;
  row: number;
}

/**
 * The live rows published next before an instant, and at it or after it, in their order: half of `count` of each, or more of one where there
 * are fewer of the other. The same whatever the segments that they lie in.
 */
function rowsAround(segments: readonly SegmentView[], instantMs: number, count: number): Cursor[] {
  const middles = segments.map((segment) => firstSince(segment.publishedAtMs, instantMs));
  const before = nextRows(segments, middles, { count, step: -1 });
  const after = nextRows(segments, middles, { count, step: 1 });
  const half = count >> 1;
  const earlier = before.slice(0, Math.max(half, count - after.length));
  return [...earlier.reverse(), ...after.slice(0, count - earlier.length)];
}

/** The first `count` live rows behind (step 1) or before (step -1) the middles of all segments, as if they were one. */
function nextRows(
  segments: readonly SegmentView[],
  middles: readonly number[],
  { count, step }: { readonly count: number; readonly step: 1 | -1 },
): Cursor[] {
  const cursors = segments.map((segment, index) => ({ segment, row: (middles[index] as number) - (step < 0 ? 1 : 0) }));
  for (const cursor of cursors) skipDead(cursor, step);
  const rows: Cursor[] = [];
  while (rows.length < count) {
    let next: Cursor | undefined;
    for (const cursor of cursors)
      if (isInside(cursor) && (next === undefined || step * compareRows(cursor, next) < 0)) next = cursor;
    if (next === undefined) break;
    rows.push({ ...next });
    next.row += step;
    skipDead(next, step);
  }
  return rows;
}

const isInside = ({ segment, row }: Cursor): boolean => row >= 0 && row < segment.rows;

function skipDead(cursor: Cursor, step: 1 | -1): void {
  const { live } = cursor.segment;
  while (live?.[cursor.row] === 0) cursor.row += step;
}

/** The order of the rows of a segment: by time, those of one time by key. */
function compareRows(a: Cursor, b: Cursor): number {
  const [aMs, bMs] = [a.segment.publishedAtMs.at(a.row), b.segment.publishedAtMs.at(b.row)];
  if (aMs === bMs) return (a.segment.articleKeys[a.row] as number) - (b.segment.articleKeys[b.row] as number);
  return aMs < bMs ? -1 : 1;
}
