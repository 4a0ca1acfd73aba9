import type { ArchiveStats } from "../../archive/archive.ts";
import { FOLD_VERSION } from "../../text/fold.ts";
import type { IdColumn } from "../segment/kept-columns.ts";
import type { SegmentView, Snapshot } from "./snapshot.ts";

/** Counts what is in a snapshot: one look at every row. */
export function countStats(snapshot: Snapshot): Omit<ArchiveStats, "withoutVector"> {
  const { segments } = snapshot;
  return {
    snapshot: snapshot.name,
    encoderFingerprint: snapshot.encoderFingerprint,
    articles: snapshot.articleCount,
    sources: countNamed(segments, ({ sourceIds }) => sourceIds),
    categories: countNamed(segments, ({ categoryIds }) => categoryIds),
    span: measureSpan(segments),
    segments: segments.length,
    wordsOutdated: snapshot.foldVersion !== FOLD_VERSION,
  };
}

/** Sources or categories of live rows; 0 stands for none. */
function countNamed(segments: readonly SegmentView[], idsOf: (segment: SegmentView) => IdColumn): number {
  const seen = new Set<number>();
  for (const segment of segments) {
    const ids = idsOf(segment);
    for (let row = 0; row < segment.rows; row++) if (segment.live?.[row] !== 0) seen.add(ids[row] ?? 0);
  }
  seen.delete(0);
  return seen.size;
}

function measureSpan(segments: readonly SegmentView[]): ArchiveStats["span"] {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { rows, publishedAtMs, live } of segments) {
    for (let row = 0; row < rows; row++) {
      const time = publishedAtMs.at(row);
      if (live?.[row] === 0 || time === Number.NEGATIVE_INFINITY) continue;
      fromMs = Math.min(fromMs, time);
      toMs = Math.max(toMs, time);
    }
  }
  return fromMs > toMs ? undefined : { fromMs, toMs };
}
