import { MAX_FREQUENCY } from "../segment/postings.ts";
import type { BoardKernel, PostingsRun, RowRange, TermCredit } from "./board-kernel.ts";
import { BEST_CAPACITY, type BoardLayout } from "./board-layout.ts";

/** The board in plain JavaScript, for machines without WebAssembly SIMD; the reference of kernel/terms.wat. */
export function createScalarBoard(layout: BoardLayout): BoardKernel {
  const buffer = new ArrayBuffer(layout.bytes);
  const bytes = new Uint8Array(buffer);
  const scores = new Float32Array(buffer, layout.scores, layout.rows);
  const seen = new Int32Array(buffer, layout.seen, layout.rows);
  const counts = new Uint16Array(buffer, layout.counts, layout.rows);
  const allow = new Uint8Array(buffer, layout.allow, layout.rows);
  const sums = new Uint8Array(buffer, layout.sums, layout.rows);
  const tables = new Int32Array(buffer, layout.tables, 4 * 256);
  const matchRows = new Uint32Array(buffer, layout.matchRows, layout.rows);
  const matchScores = new Float32Array(buffer, layout.matchScores, layout.rows);
  const bestRows = new Uint32Array(buffer, layout.best, BEST_CAPACITY * 2);
  const bestScores = new Float32Array(buffer, layout.best, BEST_CAPACITY * 2);

  const credit = (row: number, frequency: number, { weight, flat, perTerm, bits }: TermCredit): void => {
    const norm = flat + perTerm * (counts[row] as number);
    scores[row] = (scores[row] as number) + (weight * frequency) / (frequency + norm);
    seen[row] = (seen[row] as number) | bits;
  };

  const read = (
    { at, count, row }: PostingsRun,
    { from, to }: RowRange,
    visit: (row: number, frequency: number) => void,
  ): void => {
    for (; count > 0; count--) {
      let byte = bytes[at++] as number;
      let value = byte & 0x7f;
      for (let shift = 7; byte >= 0x80 && shift <= 28; shift += 7) {
        byte = bytes[at++] as number;
        value |= (byte & 0x7f) << shift;
      }
      const frequency = value & 1 ? (bytes[at++] as number) : 1;
      row += value >>> 1;
      if (row >= to) return;
      if (row >= from) visit(row, frequency);
    }
  };

  const weigh = (bits: number, joined: number): number => {
    const covered = (bits & 0x7fffffff) | ((bits << 1) & joined);
    let weight = 0;
    for (let byte = 0; byte < 4; byte++) weight += tables[byte * 256 + ((covered >>> (byte * 8)) & 0xff)] as number;
    return weight;
  };

  return {
    kind: "scalar",
    buffer,
    add: (postings, range, of) => read(postings, range, (row, frequency) => credit(row, frequency, of)),
    sum: (postings, range) =>
      read(postings, range, (row, frequency) => {
        sums[row] = Math.min(MAX_FREQUENCY, (sums[row] as number) + frequency);
      }),
    addSums({ from, to }, of) {
      for (let row = from; row < to; row++) if (sums[row] !== 0) credit(row, sums[row] as number, of);
    },
    collect({ from, to, masked, must, joined, needed, least, floor, base, matches }) {
      let best = 0;
      let row = from;
      for (; row < to && best < BEST_CAPACITY; row++) {
        const bits = seen[row] as number;
        if (bits === 0 || (masked && allow[row] === 0)) continue;
        const weight = weigh(bits, joined);
        const score = scores[row] as number;
        if ((weight >= needed && (bits & must) === must) || bits < 0) {
          matchRows[matches] = base + row;
          matchScores[matches++] = score;
        }
        if (weight >= least && score >= floor) {
          bestRows[best * 2] = row;
          bestScores[best++ * 2 + 1] = score;
        }
      }
      return { row, matches, best };
    },
  };
}
