import { createKernel, createMemory } from "../../kernel/kernel.ts";

/** The vectors of all tokens, and their sum over the tokens of one text at a time. */
export interface TokenMatrix {
  /** Adding is done in WebAssembly, or in JavaScript where that is missing; both give the same bits. */
  readonly kind: "simd" | "scalar";
  /** Bytes kept, all of them resident once the vectors are filled in. */
  readonly bytes: number;
  /** tokens × dimensions int8, row by row; zeros until somebody fills them in. */
  readonly vectors: Int8Array<ArrayBuffer>;
  /** One per token, up to {@link MAX_SCALE} in size. */
  readonly scales: Float32Array<ArrayBuffer>;
  /** Starts a new sum. */
  clear(): void;
  /** Adds the vector of a token: its int8 row × its scale. */
  add(row: number): void;
  /** The sum; valid until the next call. */
  finish(): Float32Array;
}

/** Scales are not larger, so that the kernel can sum up 2²⁴ times as much and no sum overflows. */
export const MAX_SCALE = 2 ** 64;

/** Of a processor's cache: a row that begins with one takes the fewest. */
const LINE_BYTES = 64;

/** Rows that are handed to the kernel at once; a level-two cache holds them. */
const BATCH_ROWS = 1024;

type AddFunction = (
  rows: number,
  count: number,
  vectors: number,
  scales: number,
  sum: number,
  dimensions: number,
) => unknown;

/**
 * @param dimensions a multiple of 16
 * @param simd false: JavaScript even where WebAssembly SIMD is there
 */
export function createTokenMatrix(tokenCount: number, dimensions: number, simd = true): TokenMatrix {
  const sumAt = 0;
  const rowsAt = sumAt + dimensions * 4;
  const scalesAt = rowsAt + BATCH_ROWS * 4;
  const vectorsAt = Math.ceil((scalesAt + tokenCount * 4) / LINE_BYTES) * LINE_BYTES;
  const bytes = vectorsAt + tokenCount * dimensions;

  const memory = simd ? createMemory(bytes) : undefined;
  const kernel = memory && createKernel("row-sum", { memory: memory.memory });
  const buffer = memory?.buffer ?? new ArrayBuffer(bytes);
  const sum = new Float32Array(buffer, sumAt, dimensions);
  const rows = new Uint32Array(buffer, rowsAt, BATCH_ROWS);
  const scales = new Float32Array(buffer, scalesAt, tokenCount);
  const vectors = new Int8Array(buffer, vectorsAt, tokenCount * dimensions);
  let count = 0;

  const addInKernel = kernel?.add as AddFunction | undefined;
  const addRows = (): void => {
    if (addInKernel === undefined) addInJavaScript();
    else addInKernel(rowsAt, count, vectorsAt, scalesAt, sumAt, dimensions);
    count = 0;
  };
  const addInJavaScript = (): void => {
    for (let index = 0; index < count; index++) {
      const row = rows[index] as number;
      const scale = scales[row] as number;
      const start = row * dimensions;
      for (let d = 0; d < dimensions; d++)
        sum[d] = Math.fround((sum[d] as number) + Math.fround(scale * (vectors[start + d] as number)));
    }
  };

  return {
    kind: kernel === undefined ? "scalar" : "simd",
    bytes,
    vectors,
    scales,
    clear() {
      count = 0;
      sum.fill(0);
    },
    add(row) {
      if (count === BATCH_ROWS) addRows();
      rows[count++] = row;
    },
    finish() {
      addRows();
      return sum;
    },
  };
}
