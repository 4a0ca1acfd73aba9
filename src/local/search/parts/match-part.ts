import { firstAtLeast } from "../../../collections/partition-point.ts";
import type { RankedPlace } from "../../../search/ranked.ts";
import type { PartDoer } from "../../../threads/sharing/work-sharer.ts";
import type { SegmentView, TermMatches, TermSearch } from "../../read/snapshot.ts";
import { TopRows } from "../top-rows.ts";
import { compact } from "./compact.ts";

/** Words that are looked for in every segment; a part is a segment, and what comes of it {@link MatchedRows}. */
export interface MatchTask {
  readonly kind: "match";
  readonly words: MatchedWords;
  readonly asked: readonly MatchedSegment[];
  /** How many of the best of those that hold some of the words are wanted. */
  readonly bestLimit: number;
}

/** What is looked for, in every segment the same. */
export type MatchedWords = Pick<TermSearch, "terms" | "flat" | "perTerm" | "rule" | "everything">;

/** Where it is looked for in a segment. */
export interface MatchedSegment extends Pick<TermSearch, "from" | "to" | "allow" | "base" | "chosen" | "given"> {
  /** Further rows whose bits and scores are asked for. */
  readonly told: readonly number[];
}

/** {@link TermMatches}, and what can be asked of the rows that are asked about. */
export interface MatchedRows extends Pick<TermMatches, "rows" | "scores"> {
  /** Of each chosen row. */
  readonly chosenBits: Int32Array;
  /** Of each row that is told of. */
  readonly toldBits: readonly number[];
  readonly toldScores: readonly number[];
  readonly best: readonly RankedPlace[];
}

/** The best of all parts so far, and what of them came with the last one: only little of a later part is better than all before. */
class OfferedRows extends TopRows {
  #offered: RankedPlace[] = [];

  override push(candidate: RankedPlace): void {
    super.push(candidate);
    this.#offered.push(candidate);
  }

  take(): readonly RankedPlace[] {
    const taken = this.#offered.filter(({ score }) => score >= this.floor);
    this.#offered = [];
    return taken;
  }
}

/** The rows of a segment that match; the best of those that hold some of the words go to `best`. */
export function matchSegment(
  segment: SegmentView,
  words: MatchedWords,
  { told: _, ...where }: MatchedSegment,
  best: TopRows | undefined,
): TermMatches {
  const { publishedAtMs, articleKeys } = segment;
  return segment.matchTerms({
    ...words,
    ...where,
    best: best && {
      get floor() {
        return best.floor;
      },
      offer: (row, score) => {
        if (score < best.floor) return;
        best.push({
          place: where.base + row,
          score,
          tieBreak: publishedAtMs.at(row),
          key: articleKeys[row] as number,
        });
      },
    },
  });
}

export function matchForAnother({ words, asked, bestLimit }: MatchTask, segments: readonly SegmentView[]): PartDoer {
  const best = new OfferedRows(bestLimit);
  return (index) => {
    const where = asked[index] as MatchedSegment;
    if (where.from >= where.to) return { part: undefined };
    const found = matchSegment(segments[index] as SegmentView, words, where, bestLimit === 0 ? undefined : best);
    const { chosen, told } = where;
    const chosenBits = new Int32Array(chosen.length);
    for (let at = 0; at < chosen.length; at++) chosenBits[at] = found.bitsAt(chosen[at] as number);
    const buffers: ArrayBuffer[] = [];
    const part: MatchedRows = {
      rows: compact(found.rows, buffers),
      scores: compact(found.scores, buffers),
      chosenBits,
      toldBits: told.map(found.bitsAt),
      toldScores: told.map(found.scoreAt),
      best: best.take(),
    };
    return { part, buffers };
  };
}

/** What another thread has found; the best go to `best`. Chosen rows and those that are told of can be asked about, and no others. */
export function toTermMatches(
  { rows, scores, best: theirs, chosenBits, toldBits, toldScores }: MatchedRows,
  { chosen, told }: MatchedSegment,
  best: TopRows | undefined,
): TermMatches {
  for (const ranked of theirs) best?.push(ranked);
  // They are mostly asked about in order.
  let at = 0;
  return {
    rows,
    scores,
    bitsAt: (row) => {
      if (chosen[at] !== row) at = firstAtLeast(chosen, row);
      return chosen[at] === row ? (chosenBits[at++] as number) : (toldBits[told.indexOf(row)] ?? 0);
    },
    scoreAt: (row) => toldScores[told.indexOf(row)] ?? 0,
  };
}
