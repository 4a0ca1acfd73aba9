import type { PartDoer } from "../../../threads/sharing/work-sharer.ts";
import type { CompareOptions, NearestRow, SegmentView } from "../../read/snapshot.ts";

/** The exact comparison of some rows of several segments; a part is one of these, and what comes of it {@link ComparedRows}. */
export interface CompareTask {
  readonly kind: "compare";
  /** Unit vector. */
  readonly query: Float32Array;
  readonly asked: readonly ComparedSegment[];
}

export interface ComparedSegment extends CompareOptions {
  /** Of the segment in the snapshot. */
  readonly index: number;
}

/** As many as are wanted, nearest first. */
export interface ComparedRows {
  readonly rows: Uint32Array;
  /** Cosines. */
  readonly similarities: Float64Array;
}

export function compareForAnother({ query, asked }: CompareTask, segments: readonly SegmentView[]): PartDoer {
  return (at) => {
    const { index, ...options } = asked[at] as ComparedSegment;
    const nearest = (segments[index] as SegmentView).compare(query, options);
    const part: ComparedRows = {
      rows: Uint32Array.from(nearest, ({ row }) => row),
      similarities: Float64Array.from(nearest, ({ similarity }) => similarity),
    };
    return { part };
  };
}

export const toNearestRows = ({ rows, similarities }: ComparedRows): NearestRow[] =>
  Array.from(rows, (row, index) => ({ row, similarity: similarities[index] as number }));
