/** Four sums of this size fit into 8 bits, which is what the kernel adds up before it widens. */
const MAX_ENTRY = 63;
/** Scores are compared as signed 16-bit numbers. */
const MAX_SCORE = 32_767;

/** Entries of the table of one half byte. */
const HALF_VALUES = 16;

/** How many bytes the code of a vector has. */
export interface CodeShape {
  readonly codeBytes: number;
}

const maxEntry = ({ codeBytes }: CodeShape): number => Math.min(MAX_ENTRY, Math.floor(MAX_SCORE / (codeBytes * 2)));

/** The highest score that a code can have. */
export const maxScore = (shape: CodeShape): number => maxEntry(shape) * shape.codeBytes * 2;

/** Bytes of the tables of a query. */
export const tableBytes = ({ codeBytes }: CodeShape): number => codeBytes * 2 * HALF_VALUES;

/**
 * Writes the tables by which codes are scored. A row's code stands for the vector of signs ±1/√d, so the rows with the
 * largest dot product with the query are those with the largest sum of q[i] over the bits i that are set. Each half byte of
 * a code covers four dimensions; its table holds that sum for each of its 16 values, moved to begin at 0 and rounded to a
 * step that all tables share.
 */
export function writeQueryTables(query: Float32Array, shape: CodeShape, tables: Uint8Array): void {
  const halves = shape.codeBytes * 2;
  let widest = 0;
  for (let half = 0; half < halves; half++) widest = Math.max(widest, spanOf(query, half).width);
  const stepsPerUnit = widest > 0 ? maxEntry(shape) / widest : 0;
  for (let half = 0; half < halves; half++) {
    const { lowest } = spanOf(query, half);
    for (let bits = 0; bits < HALF_VALUES; bits++) {
      let sum = 0;
      for (let bit = 0; bit < 4; bit++) if ((bits & (1 << bit)) !== 0) sum += query[half * 4 + bit] ?? 0;
      tables[half * HALF_VALUES + bits] = Math.round((sum - lowest) * stepsPerUnit);
    }
  }
}

/** What a code scores by the tables of a query: what the kernel adds up for each row. */
export function scoreCode(code: Uint8Array, tables: Uint8Array): number {
  let score = 0;
  for (let place = 0; place < code.length; place++) {
    const value = code[place] as number;
    const low = place * 2 * HALF_VALUES;
    score += (tables[low + (value & 15)] as number) + (tables[low + HALF_VALUES + (value >> 4)] as number);
  }
  return score;
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
