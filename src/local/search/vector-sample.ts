import { END_OF_ORDER, sampleOrderOf } from "../../search/codes/sample-order.ts";
import { SAMPLE_ROWS, type SampledVectors, typicalCosineOf } from "../../search/nearness.ts";
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
function drawRows(segment: SegmentView): DrawnRow[] {
  for (let below = END_OF_ORDER * Math.min(1, (2 * KEPT_ROWS) / segment.rows); ; below *= 4) {
    const drawn = rowsBelow(segment, below);
    if (drawn.length >= KEPT_ROWS || below >= END_OF_ORDER)
      return drawn.sort((one, other) => one.order - other.order).slice(0, KEPT_ROWS);
  }
}

const drawDistinct = (segment: SegmentView): DrawnRow[] =>
  toDistinct(
    rowsBelow(segment, END_OF_ORDER)
      .filter(({ row }) => segment.live?.[row] !== 0)
      .sort((one, other) => one.order - other.order),
  ).slice(0, SAMPLE_ROWS);

function rowsBelow(segment: SegmentView, below: number): DrawnRow[] {
  const { publishedAtMs, termCounts, rows } = segment;
  const drawn: DrawnRow[] = [];
  for (let row = 0; row < rows; row++) {
    const codeWord = segment.codeWord(row);
    if (codeWord === undefined) continue;
    const order = sampleOrderOf({
      publishedAtMs: publishedAtMs[row] as number,
      termCount: termCounts[row] as number,
      codeWord,
    });
    if (order < below) drawn.push({ row, order });
  }
  return drawn;
}

const toDistinct = (ascending: readonly DrawnRow[]): DrawnRow[] =>
  ascending.filter(({ order }, index) => order !== ascending[index - 1]?.order);
