import type { ScanLayout } from "./scan-layout.ts";

/** Four sums of this size fit into 8 bits, which is what the kernel adds up before it widens. */
const MAX_ENTRY = 63;
/** Scores are compared as signed 16-bit numbers. */
const MAX_SCORE = 32_767;

const maxEntry = ({ codeBytes }: ScanLayout): number => Math.min(MAX_ENTRY, Math.floor(MAX_SCORE / (codeBytes * 2)));

/** The highest score that a row can have. */
export const maxScore = (layout: ScanLayout): number => maxEntry(layout) * layout.codeBytes * 2;

/**
 * Writes the tables by which codes are scored. A row's code stands for the vector of signs ±1/√d, so the rows with the
 * largest dot product with the query are those with the largest sum of q[i] over the bits i that are set. Each half byte of
 * a code covers four dimensions; its table holds that sum for each of its 16 values, moved to begin at 0 and rounded to a
 * step that all tables share.
 */
export function writeQueryTables(query: Float32Array, layout: ScanLayout, tables: Uint8Array): void {
  const halves = layout.codeBytes * 2;
  let widest = 0;
  for (let half = 0; half < halves; half++) widest = Math.max(widest, spanOf(query, half).width);
  const stepsPerUnit = widest > 0 ? maxEntry(layout) / widest : 0;
  for (let half = 0; half < halves; half++) {
    const { lowest } = spanOf(query, half);
    for (let bits = 0; bits < 16; bits++) {
      let sum = 0;
      for (let bit = 0; bit < 4; bit++) if ((bits & (1 << bit)) !== 0) sum += query[half * 4 + bit] ?? 0;
      tables[half * 16 + bits] = Math.round((sum - lowest) * stepsPerUnit);
    }
  }
}

/** The smallest sum that four dimensions can give, and how far it is to the largest. */
function spanOf(query: Float32Array, half: number): { lowest: number; width: number } {
  let lowest = 0;
  let width = 0;
  for (let bit = 0; bit < 4; bit++) {
    const value = query[half * 4 + bit] ?? 0;
    lowest += Math.min(0, value);
    width += Math.abs(value);
  }
  return { lowest, width };
}

/**
 * Writes the query as 16-bit numbers and returns by how much a dot product with them is to be multiplied. They are as fine
 * as 16 bits and a 32-bit sum of products with int8 allow: the cosine is then right to about 1e-5.
 */
export function writeQueryIntegers(query: Float32Array, target: Int16Array): number {
  let largest = 0;
  let squares = 0;
  for (const value of query) {
    largest = Math.max(largest, Math.abs(value));
    squares += value * value;
  }
  if (!(largest > 0)) {
    target.fill(0);
    return 0;
  }
  // Cauchy–Schwarz: no sum exceeds the product of the two norms; the margin covers rounding.
  const largestSum = 0.99 * 2 ** 31;
  const scale = Math.min(32_767 / largest, largestSum / (127 * Math.sqrt(query.length) * Math.sqrt(squares)));
  for (const [index, value] of query.entries()) target[index] = Math.round(value * scale);
  return 1 / scale;
}
