import { createKernel, createMemory } from "../../kernel/kernel.ts";

/** Where the vectors of tokens come from. */
export interface TokenRows {
  /** How many. */
  readonly count: number;
  /** A multiple of 16. */
  readonly dimensions: number;
  /** One per token, up to {@link MAX_SCALE} in size. */
  readonly scales: Float32Array;
  /** Writes the int8 values of consecutive tokens, one per dimension. */
  read(row: number, target: Int8Array): void;
}

/** The vectors of all tokens that texts have had so far, and their sum over the tokens of one text at a time. */
export interface TokenMatrix {
  /** Adding is done in WebAssembly, or in JavaScript where that is missing; both give the same bits. */
  readonly kind: "simd" | "scalar";
  /** Bytes that are resident; they grow with each token that is read. */
  readonly bytes: number;
  /** Starts a new sum. */
  clear(): void;
  /** Adds the vector of a token: its int8 row × its scale. Reads it where it was not yet; throws what that throws. */
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

/** Where more than this share of the tokens has been read, whoever asks writes articles by the thousand: the others are soon wanted too. */
const MOST_TOKENS = 1 / 2;

type AddFunction = (
  slots: number,
  count: number,
  vectors: number,
  scales: number,
  sum: number,
  dimensions: number,
) => unknown;

/**
 * Tokens are read when a text first has them, and stand in the order of that: a thousand headlines have a seventh of the tokens of the model
 * that ships. Once most have been read all are, in the order of their rows.
 * @param simd false: JavaScript even where WebAssembly SIMD is there
 */
export function createTokenMatrix(tokens: TokenRows, simd = true): TokenMatrix {
  const { count: tokenCount, dimensions } = tokens;
  const sumAt = 0;
  const slotsAt = sumAt + dimensions * 4;
  const scalesAt = slotsAt + BATCH_ROWS * 4;
  const vectorsAt = Math.ceil((scalesAt + tokenCount * 4) / LINE_BYTES) * LINE_BYTES;
  const bytes = vectorsAt + tokenCount * dimensions;

  const memory = simd ? createMemory(bytes) : undefined;
  const kernel = memory && createKernel("row-sum", { memory: memory.memory });
  const buffer = memory?.buffer ?? new ArrayBuffer(bytes);
  const sum = new Float32Array(buffer, sumAt, dimensions);
  const slots = new Uint32Array(buffer, slotsAt, BATCH_ROWS);
  const scales = new Float32Array(buffer, scalesAt, tokenCount);
  const vectors = new Int8Array(buffer, vectorsAt, tokenCount * dimensions);
  /** One more than where the vector of a token stands; 0: not read yet. */
  const slotOfRow = new Uint32Array(tokenCount);
  let readCount = 0;
  let areAllRead = false;
  let count = 0;

  const read = (row: number): number => {
    const slot = readCount;
    tokens.read(row, vectors.subarray(slot * dimensions, (slot + 1) * dimensions));
    scales[slot] = tokens.scales[row] as number;
    readCount++;
    slotOfRow[row] = readCount;
    return readCount;
  };

  const readAll = (): void => {
    readCount = 0;
    slotOfRow.fill(0);
    tokens.read(0, vectors);
    scales.set(tokens.scales);
    readCount = tokenCount;
    areAllRead = true;
  };

  const addInKernel = kernel?.add as AddFunction | undefined;
  const addSlots = (): void => {
    if (addInKernel === undefined) addInJavaScript();
    else addInKernel(slotsAt, count, vectorsAt, scalesAt, sumAt, dimensions);
    count = 0;
  };
  const addInJavaScript = (): void => {
    for (let index = 0; index < count; index++) {
      const slot = slots[index] as number;
      const scale = scales[slot] as number;
      const start = slot * dimensions;
      for (let d = 0; d < dimensions; d++)
        sum[d] = Math.fround((sum[d] as number) + Math.fround(scale * (vectors[start + d] as number)));
    }
  };

  return {
    kind: kernel === undefined ? "scalar" : "simd",
    get bytes() {
      return scalesAt + readCount * (dimensions + 4) + tokens.scales.byteLength + slotOfRow.byteLength;
    },
    clear() {
      count = 0;
      sum.fill(0);
      if (!areAllRead && readCount > tokenCount * MOST_TOKENS) readAll();
    },
    add(row) {
      if (count === BATCH_ROWS) addSlots();
      slots[count++] = areAllRead ? row : ((slotOfRow[row] as number) || read(row)) - 1;
    },
    finish() {
      addSlots();
      return sum;
    },
  };
}
