import type { Clause } from "../read/snapshot-reads.ts";

/** Which articles hold a part of a query. */
export interface FoundClause {
  readonly clause: Clause;
  /** Too many articles hold every part of a phrase to read them: they count as holding it, and where it is excluded as not holding it. */
  readonly isUnchecked: boolean;
}

/** What is wanted instead of all parts of a query where no article of the archive holds them all, each word in one piece. */
export interface Relaxation {
  /** The most parts that an article holds, at least 1; all of them where words that may be several are held in pieces. */
  readonly held: number;
  /** Articles that hold as many. */
  readonly clause: Clause;
}
