import { closeSync, openSync, readSync } from "node:fs";
import { type Percentiles, percentiles, round } from "../million/statistics.ts";
import type { PeerAnswer, PeerManifest, PeerQuery } from "./protocol.ts";

/** How one peer answered within one share of the dates. */
export interface PeerVerdict {
  readonly share: number;
  readonly ms: Percentiles;
  /** Mean share of the ten nearest that were found, 0…1; rows as near as the tenth count as well. */
  readonly recall: number;
  /** Share of searches whose vector side found fewer than ten where the days hold ten. */
  readonly starved: number;
  /** Hits that lie outside of the days. */
  readonly outside: number;
}

const TOP = 10;
/** Sums of 256 products in another order differ by less. */
const ROUNDING = 1e-5;
const BLOCK_ROWS = 4096;

/** Cosine of the tenth nearest (or the last there is) for each query and each of its ranges, by exact scan. */
export type Thresholds = readonly (readonly number[])[];

/** Scans all vectors for all queries; about 30 s for a million and a hundred. */
export function findThresholds(vectorsFile: string, manifest: PeerManifest, queries: readonly PeerQuery[]): Thresholds {
  const { rows, dimensions } = manifest;
  const vectors = queries.map(({ vector }) => Float32Array.from(vector));
  const best = queries.map(({ ranges }) => ranges.map(() => new Tops()));
  const file = openSync(vectorsFile, "r");
  const block = new Float32Array(BLOCK_ROWS * dimensions);
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - first);
    readSync(file, new Uint8Array(block.buffer), 0, count * dimensions * 4, first * dimensions * 4);
    for (const [index, { ranges }] of queries.entries()) {
      const vector = vectors[index] as Float32Array;
      for (let slot = 0; slot < count; slot++) {
        const score = dot(vector, block, slot * dimensions);
        for (const [range, { fromRow, toRow }] of ranges.entries())
          if (first + slot >= fromRow && first + slot < toRow) best[index]?.[range]?.offer(score);
      }
    }
  }
  closeSync(file);
  return best.map((ranges) => ranges.map((tops) => tops.worst()));
}

/** @param cosine of a query's vector and a row's */
export function judgeAnswers(
  answers: readonly PeerAnswer[],
  queries: readonly PeerQuery[],
  thresholds: Thresholds,
  cosine: (query: number, row: number) => number,
): PeerVerdict[] {
  const shares = [...new Set(answers.map(({ share }) => share))];
  return shares.map((share) => {
    const asked = answers.filter((answer) => answer.share === share);
    let recalls = 0;
    let starved = 0;
    let outside = 0;
    for (const { query, hybrid, nearest = [] } of asked) {
      const ranges = queries[query]?.ranges ?? [];
      const range = ranges.findIndex((candidate) => candidate.share === share);
      const { fromRow = 0, toRow = 0 } = ranges[range] ?? {};
      const threshold = thresholds[query]?.[range] ?? Number.POSITIVE_INFINITY;
      const wanted = Math.min(TOP, toRow - fromRow);
      const within = (row: number): boolean => row >= fromRow && row < toRow;
      const found = [...new Set(nearest)].filter(within);
      recalls += found.filter((row) => cosine(query, row) >= threshold - ROUNDING).length / wanted;
      if (found.length < wanted) starved++;
      outside += hybrid.filter((row) => !within(row)).length;
    }
    return {
      share,
      ms: percentiles(asked.map(({ ms }) => ms)),
      recall: round(recalls / asked.length, 4),
      starved: round(starved / asked.length, 3),
      outside,
    };
  });
}

export function dot(vector: Float32Array, block: Float32Array, offset: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let index = 0; index < vector.length; index += 4) {
    a += (vector[index] as number) * (block[offset + index] as number);
    b += (vector[index + 1] as number) * (block[offset + index + 1] as number);
    c += (vector[index + 2] as number) * (block[offset + index + 2] as number);
    d += (vector[index + 3] as number) * (block[offset + index + 3] as number);
  }
  return a + b + c + d;
}

/** The highest ten of many numbers. */
class Tops {
  readonly #best: number[] = [];

  offer(score: number): void {
    if (this.#best.length === TOP && score <= (this.#best[TOP - 1] as number)) return;
    const place = this.#best.findIndex((other) => other < score);
    this.#best.splice(place < 0 ? this.#best.length : place, 0, score);
    if (this.#best.length > TOP) this.#best.pop();
  }

  /** −Infinity of none. */
  worst(): number {
    return this.#best.at(-1) ?? Number.NEGATIVE_INFINITY;
  }
}
