import type { BoardLayout } from "./board-layout.ts";

/** Postings of one term, or of some of its rows, as they lie in the memory of a board; see segment/postings.ts. */
export interface PostingsRun {
  /** Address of the first. */
  readonly at: number;
  /** How many there are. */
  readonly count: number;
  /** The row that the first one counts from. */
  readonly row: number;
}

/** Rows [from, to) of a segment. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** What a term gives the rows that hold it: BM25 `weight · f / (f + flat + perTerm · terms of the row)`, and bits. */
export interface TermCredit {
  readonly weight: number;
  readonly flat: number;
  readonly perTerm: number;
  readonly bits: number;
}

export interface CollectOptions extends RowRange {
  /** Whether rows whose byte in the mask is 0 are left out. */
  readonly masked: boolean;
  readonly must: number;
  readonly joined: number;
  readonly needed: number;
  /** From this weight on a row is among the candidates for the best; `NEVER` for none. */
  readonly least: number;
  /** The score from which it is. */
  readonly floor: number;
  /** Added to the rows of matches. */
  readonly base: number;
  /** Matches that stand in the memory already. */
  readonly matches: number;
}

/** More than any row weighs. */
export const NEVER = 0x7fffffff;

export interface CollectProgress {
  /** The first row not looked at. */
  readonly row: number;
  /** Matches in the memory now. */
  readonly matches: number;
  /** Candidates for the best, from the beginning of their place. */
  readonly best: number;
}

/** The inner loops of the keyword stage over one memory laid out by {@link BoardLayout}. Both kinds give the same numbers. */
export interface BoardKernel {
  readonly kind: "simd" | "scalar";
  readonly buffer: ArrayBuffer;
  /** Credits a term's postings to their rows. */
  add(postings: PostingsRun, range: RowRange, credit: TermCredit): void;
  /** Adds the frequencies of a term's postings to the sums of their rows. */
  sum(postings: PostingsRun, range: RowRange): void;
  /** Credits the rows that have a sum. */
  addSums(range: RowRange, credit: TermCredit): void;
  /** Writes down the rows that match, and the candidates for the best; stops when these fill their place. */
  collect(options: CollectOptions): CollectProgress;
}
