import type { PartDoer } from "../../../threads/sharing/work-sharer.ts";
import type { CandidatePool, CodeFindings, NearestOptions, SegmentView } from "../../read/snapshot.ts";
import type { RowSlice } from "../filter.ts";
import { compact } from "./compact.ts";

/** A scan of the codes of every segment; a part is a segment, and what comes of it {@link CodeFindings}. */
export interface ScanTask extends Pick<NearestOptions, "limit" | "candidates" | "floor"> {
  readonly kind: "scan";
  /** Unit vector. */
  readonly query: Float32Array;
  readonly slices: readonly RowSlice[];
}

/** Scans a segment's slice. */
export const scanSegment = (
  segment: SegmentView,
  { query, slices, kind: _, ...most }: ScanTask,
  index: number,
  pool: CandidatePool,
): CodeFindings => segment.scanCodes(query, { ...(slices[index] as RowSlice), ...most, pool });

/** Scans for another thread, which puts its candidates and these together. */
export function scanForAnother(task: ScanTask, segments: readonly SegmentView[]): PartDoer {
  const pool: CandidatePool = { keepsTies: true };
  return (index) => {
    const { above, candidates } = scanSegment(segments[index] as SegmentView, task, index, pool);
    const buffers: ArrayBuffer[] = [];
    const part: CodeFindings = {
      above: { rows: compact(above.rows, buffers), scores: compact(above.scores, buffers) },
      candidates: candidates && {
        rows: compact(candidates.rows, buffers),
        scores: compact(candidates.scores, buffers),
      },
    };
    return { part, buffers };
  };
}
