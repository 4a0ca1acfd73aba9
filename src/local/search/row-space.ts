import type { SegmentView, Snapshot } from "../read/snapshot.ts";

/** The rows of all segments of a snapshot numbered through: a place is `base of the segment + row`. */
export class RowSpace {
  readonly segments: readonly SegmentView[];
  /** First place of each segment, and one more entry: the number of places. */
  readonly bases: readonly number[];

  constructor(snapshot: Snapshot) {
    const bases = [0];
    for (const { rows } of snapshot.segments) bases.push((bases.at(-1) ?? 0) + rows);
    this.segments = snapshot.segments;
    this.bases = bases;
  }

  get size(): number {
    return this.bases.at(-1) ?? 0;
  }

  base(segmentIndex: number): number {
    return this.bases[segmentIndex] ?? 0;
  }

  segmentIndexOf(place: number): number {
    let index = 0;
    while (index + 1 < this.segments.length && place >= this.base(index + 1)) index++;
    return index;
  }

  /** Calls `read` with the segment and row of a place. */
  at<T>(place: number, read: (segment: SegmentView, row: number) => T): T {
    const index = this.segmentIndexOf(place);
    return read(this.segments[index] as SegmentView, place - this.base(index));
  }

  articleKey(place: number): number {
    return this.at(place, (segment, row) => segment.articleKeys[row] as number);
  }
}

/**
 * Arrays with one entry for each match, kept from search to search so that none is allocated for a query: at a million
 * matches 8 MB in all. A search is synchronous from the first write to the last read, so one set is enough.
 */
export class Scratch {
  places = new Uint32Array(0);
  scores = new Float32Array(0);

  /** Makes room for as many matches as there are places; after it they hold anything. */
  prepare(size: number): void {
    if (this.places.length >= size && this.places.length <= Math.max(65_536, size * 4)) return;
    const room = Math.ceil(size * 1.1);
    this.places = new Uint32Array(room);
    this.scores = new Float32Array(room);
  }
}
