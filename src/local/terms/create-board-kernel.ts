import { createKernel, createMemory } from "../../kernel/kernel.ts";
import type { BoardKernel, CollectOptions } from "./board-kernel.ts";
import { BEST_BYTES, BEST_CAPACITY, type BoardLayout } from "./board-layout.ts";
import { createScalarBoard } from "./scalar-board.ts";

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
  const weights = new Int32Array(memory.buffer, tables, 4 * 256);
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
        strongBits(weights, { must, joined, needed, least }),
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

/** The bits with which a row that has no other matches, or is among the candidates for the best; the sign bit is one. */
function strongBits(
  tables: Int32Array,
  { must, joined, needed, least }: Pick<CollectOptions, "must" | "joined" | "needed" | "least">,
): number {
  let strong = 1 << 31;
  for (let bit = 0; bit < 31; bit++) {
    const bits = 1 << bit;
    const covered = bits | ((bits << 1) & joined);
    let weight = 0;
    for (let byte = 0; byte < 4; byte++) weight += tables[byte * 256 + ((covered >>> (byte * 8)) & 0xff)] as number;
    if (weight >= least || (weight >= needed && (bits & must) === must)) strong |= bits;
  }
  return strong;
}
