import type { SearchMode } from "../archive/request.ts";
import type { Grades, MetricName } from "./metrics.ts";

/** What each query of a judged set scored, found and missed. */
export interface QueryRecord {
  readonly id: string;
  readonly text: string;
  readonly modes: ReadonlyMap<SearchMode, ModeRecord>;
}

export interface ModeRecord {
  readonly scores: Readonly<Record<MetricName, number>>;
  /** The first {@link SHOWN_HITS} found, best first; `grade` is absent where it was not judged. */
  readonly hits: readonly { readonly id: string; readonly grade?: number }[];
  /** Relevant ones that are not among them, the most relevant first; `rank` (from 1) is absent where it was not found at all. */
  readonly missed: readonly { readonly id: string; readonly grade: number; readonly rank?: number }[];
}

/** Hits of a query that are kept: as many as most metrics read. */
const SHOWN_HITS = 10;
/** Missed ones of a query that are kept. */
const MAX_MISSED = 50;

/** @param ranking distinct ids, best first */
export function describeRanking(ranking: readonly string[], grades: Grades): Omit<ModeRecord, "scores"> {
  const hits = ranking.slice(0, SHOWN_HITS).map((id) => {
    const grade = grades.get(id);
    return { id, ...(grade === undefined ? {} : { grade }) };
  });
  const shown = new Set(hits.map(({ id }) => id));
  const missed = [...grades]
    .filter(([id, grade]) => grade > 0 && !shown.has(id))
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_MISSED)
    .map(([id, grade]) => {
      const place = ranking.indexOf(id);
      return { id, grade, ...(place < 0 ? {} : { rank: place + 1 }) };
    });
  return { hits, missed };
}

/** Share of the hits that were judged, 0–1; undefined where there are none. */
export const judgedShare = (hits: ModeRecord["hits"]): number | undefined =>
  hits.length === 0 ? undefined : hits.filter(({ grade }) => grade !== undefined).length / hits.length;
