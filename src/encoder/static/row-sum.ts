/** Adds up rows of an int8 matrix, each times its scale. */
export interface RowSum {
  /** Bytes of scratch space. */
  readonly bytes: number;
  /** Starts a new sum. */
  clear(): void;
  add(row: number): void;
  /** The sum; valid until the next call. */
  finish(): Float32Array;
}

/** In plain JavaScript. Every step is rounded to float32, so that it gives the same bits as the kernel. */
export function createRowSum(vectors: Int8Array, scales: Float32Array, dimensions: number): RowSum {
  const sum = new Float32Array(dimensions);
  return {
    bytes: sum.byteLength,
    clear() {
      sum.fill(0);
    },
    add(row) {
      const scale = scales[row] as number;
      const start = row * dimensions;
      for (let d = 0; d < dimensions; d++)
        sum[d] = Math.fround((sum[d] as number) + Math.fround(scale * (vectors[start + d] as number)));
    },
    finish: () => sum,
  };
}
