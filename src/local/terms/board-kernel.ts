import { createKernel, createMemory } from "../../kernel/kernel.ts";
import { BEST_BYTES, BEST_CAPACITY, type BoardLayout } from "./board-layout.ts";
import { createScalarBoard } from "./scalar-board.ts";

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

/** The kernel in WebAssembly where it can be had, otherwise (or when `simd` is false) in JavaScript. */
export function createBoardKernel(layout: BoardLayout, simd: boolean): BoardKernel {
  return (simd ? createSimdBoard(layout) : undefined) ?? createScalarBoard(layout);
}

type Numbers = (...numbers: number[]) => void;
type CollectFunction = (...numbers: number[]) => [row: number, rows: number, best: number];

function createSimdBoard(layout: BoardLayout): BoardKernel | undefined {
  const memory = createMemory(layout.bytes);
  const exports = memory && createKernel("terms", { memory: memory.memory });
  if (memory === undefined || exports === undefined) return undefined;
  const { scores, seen, counts, allow, sums, tables, best, matchRows, matchScores } = layout;
  const add = exports.add as Numbers;
  const addSums = exports.addSums as Numbers;
  const collect = exports.collect as CollectFunction;
  return {
    kind: "simd",
    buffer: memory.buffer,
    add: ({ at, count, row }, { from, to }, { weight, flat, perTerm, bits }) =>
      add(at, count, row, from, to, scores, seen, counts, 0, weight, flat, perTerm, bits),
    sum: ({ at, count, row }, { from, to }) => add(at, count, row, from, to, scores, seen, counts, sums, 0, 0, 0, 0),
    addSums: ({ from, to }, { weight, flat, perTerm, bits }) =>
      addSums(from, to, scores, seen, counts, sums, weight, flat, perTerm, bits),
    collect({ from, to, masked, must, joined, needed, least, floor, base, matches }) {
      const [row, rowsEnd, bestEnd] = collect(
        from,
        to,
        seen,
        scores,
        masked ? allow : 0,
        tables,
        must,
        joined,
        needed,
        least,
        floor,
        base,
        matchRows + matches * 4,
        matchScores + matches * 4,
        best,
        best + BEST_CAPACITY * BEST_BYTES,
      );
      return { row, matches: (rowsEnd - matchRows) / 4, best: (bestEnd - best) / BEST_BYTES };
    },
  };
}
