import { END_OF_ORDER, sampleOrderOf } from "../../search/codes/sample-order.ts";
import { SAMPLE_ROWS, type SampledVectors, typicalCosineOf } from "../../search/nearness.ts";
import { TimeSlices } from "../../threads/time-slices.ts";
import type { SegmentView, Snapshot } from "../read/snapshot.ts";
import type { RowSpace } from "./row-space.ts";

/** Some articles of an archive that have vectors, drawn as {@link sampleOrderOf} says: the same whatever the segments. */
export interface VectorSample extends SampledVectors {
  readonly places: readonly number[];
  /** The median cosine of two of them. */
  readonly typicalCosine: number;
}

interface DrawnRow {
  readonly row: number;
  readonly order: number;
}

/** Rows of a segment that are kept, the first in order: more than a sample takes, as some of them may be replaced later. */
const KEPT_ROWS = 4 * SAMPLE_ROWS;

/** How long {@link SampleCache.prepare} may hold the thread before others get their turn, and rows between two looks at the clock. */
const SLICE_MS = 4;
const ROWS_AT_ONCE = 4096;

/** The samples of snapshots. A segment never changes, so the first of its rows are looked for once. */
export class SampleCache {
  readonly #drawn = new WeakMap<SegmentView["publishedAtMs"], readonly DrawnRow[]>();
  #snapshot = "";
  #sample: VectorSample | undefined;

  /** The sample of a snapshot: the same for every query, and kept while it is asked for. */
  of(snapshot: Snapshot, space: RowSpace): VectorSample {
    if (this.#sample === undefined || this.#snapshot !== snapshot.name) {
      this.#sample = this.#take(space, snapshot.articleCount);
      this.#snapshot = snapshot.name;
    }
    return this.#sample;
  }

  /** Looks at every row of the segments that are new, without holding the thread; {@link of} then is quick. The snapshot is to stay open. */
  async prepare(space: RowSpace): Promise<void> {
    const slices = new TimeSlices(SLICE_MS);
    for (const segment of space.segments) {
      if (this.#drawn.has(segment.publishedAtMs)) continue;
      for (let below = firstBelow(segment); ; below *= 4) {
        const drawn: DrawnRow[] = [];
        for (let from = 0; from < segment.rows; from += ROWS_AT_ONCE) {
          drawn.push(...rowsBelow(segment, below, from, from + ROWS_AT_ONCE));
          if (slices.isOver) await slices.next();
        }
        const kept = toKept(drawn, below);
        if (kept === undefined) continue;
        this.#drawn.set(segment.publishedAtMs, kept);
        break;
      }
    }
  }

  #take(space: RowSpace, articles: number): VectorSample {
    const drawn = new Map<number, number>();
    for (const [index, segment] of space.segments.entries())
      for (const { row, order } of this.#draw(segment))
        if (!drawn.has(order)) drawn.set(order, space.base(index) + row);
    const places = [...drawn]
      .sort(([one], [other]) => one - other)
      .slice(0, SAMPLE_ROWS)
      .map(([, place]) => place);
    const vectors = places.map((place) => space.at(place, (segment, row) => segment.vector(row)) as Float32Array);
    return { rows: articles, places, vectors, typicalCosine: typicalCosineOf(vectors) };
  }

  /** The first live rows of a segment, of those with equal numbers one. */
  #draw(segment: SegmentView): readonly DrawnRow[] {
    const kept = this.#drawn.get(segment.publishedAtMs) ?? drawRows(segment);
    this.#drawn.set(segment.publishedAtMs, kept);
    const live = toDistinct(kept.filter(({ row }) => segment.live?.[row] !== 0));
    // Nearly all that were kept have been replaced, or are copies of each other.
    if (live.length < SAMPLE_ROWS && kept.length === KEPT_ROWS) return drawDistinct(segment);
    return live;
  }
}

/** Ascending, at most {@link KEPT_ROWS}. */
function drawRows(segment: SegmentView): readonly DrawnRow[] {
  for (let below = firstBelow(segment); ; below *= 4) {
    const kept = toKept(rowsBelow(segment, below), below);
    if (kept !== undefined) return kept;
  }
}

/** A number in order that about twice as many rows of a segment are below as are kept. */
const firstBelow = ({ rows }: SegmentView): number => END_OF_ORDER * Math.min(1, (2 * KEPT_ROWS) / rows);

/** Those that are kept of the rows below a number in order; undefined where that was too low. */
function toKept(drawn: DrawnRow[], below: number): readonly DrawnRow[] | undefined {
  if (drawn.length < KEPT_ROWS && below < END_OF_ORDER) return undefined;
  return drawn.sort((one, other) => one.order - other.order).slice(0, KEPT_ROWS);
}

const drawDistinct = (segment: SegmentView): DrawnRow[] =>
  toDistinct(
    rowsBelow(segment, END_OF_ORDER)
      .filter(({ row }) => segment.live?.[row] !== 0)
      .sort((one, other) => one.order - other.order),
  ).slice(0, SAMPLE_ROWS);

/** Of the rows [from, to) those before a number in order. */
function rowsBelow(segment: SegmentView, below: number, from = 0, to = segment.rows): DrawnRow[] {
  const { publishedAtMs, termCounts, rows } = segment;
  const drawn: DrawnRow[] = [];
  for (let row = from; row < Math.min(to, rows); row++) {
    const codeWord = segment.codeWord(row);
    if (codeWord === undefined) continue;
    const order = sampleOrderOf({
      publishedAtMs: publishedAtMs.at(row),
      termCount: termCounts[row] as number,
      codeWord,
    });
    if (order < below) drawn.push({ row, order });
  }
  return drawn;
}

const toDistinct = (ascending: readonly DrawnRow[]): DrawnRow[] =>
  ascending.filter(({ order }, index) => order !== ascending[index - 1]?.order);
