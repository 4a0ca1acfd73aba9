import type { ArchiveStats } from "../../archive/archive.ts";
import { FOLD_VERSION, fold } from "../../text/fold.ts";
import type { IdColumn } from "../segment/kept-columns.ts";
import type { SegmentView, Snapshot } from "./snapshot.ts";

/** Counts what is in a snapshot: one look at every row. */
export function countStats(snapshot: Snapshot): Omit<ArchiveStats, "withoutVector"> {
  const { segments, sources, categories } = snapshot;
  return {
    snapshot: snapshot.name,
    encoderFingerprint: snapshot.encoderFingerprint,
    articles: snapshot.articleCount,
    sources: countNamed(segments, sources, ({ sourceIds }) => sourceIds),
    categories: countNamed(segments, categories, ({ categoryIds }) => categoryIds),
    span: measureSpan(segments),
    segments: segments.length,
    wordsOutdated: snapshot.foldVersion !== FOLD_VERSION,
  };
}

/** Sources or categories of live rows; those that fold to the same text are one, and what folds to nothing is none. */
function countNamed(
  segments: readonly SegmentView[],
  names: readonly string[],
  idsOf: (segment: SegmentView) => IdColumn,
): number {
  const seen = new Set<number>();
  for (const segment of segments) {
    const ids = idsOf(segment);
    for (let row = 0; row < segment.rows; row++) if (segment.live?.[row] !== 0) seen.add(ids[row] ?? 0);
  }
  const folded = new Set([...seen].map((id) => fold(names[id] ?? "")));
  folded.delete("");
  return folded.size;
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
