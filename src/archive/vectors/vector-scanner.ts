import type { NearestOptions, NearestRow } from "../archive.ts";

export interface ScanOptions extends NearestOptions {
  /** Reads the int8 values and the f32 scale of a row. */
  readonly readRecord: (row: number, target: Uint8Array) => void;
}

export interface VectorScanner {
  nearest(query: Float32Array, options: ScanOptions): NearestRow[];
}

/** Exact int8 scan of every row; replaced by the kernel. */
export function createVectorScanner(options: {
  readonly dimensions: number;
  readonly rows: number;
  readonly codes: Uint8Array;
}): VectorScanner {
  const { dimensions } = options;
  return {
    nearest(query, { from, to, allow, limit, readRecord }) {
      const record = new Uint8Array(dimensions + 4);
      const values = new Int8Array(record.buffer, 0, dimensions);
      const view = new DataView(record.buffer);
      const found: NearestRow[] = [];
      for (let row = from; row < to; row++) {
        if (allow !== undefined && allow[row] === 0) continue;
        readRecord(row, record);
        const scale = view.getFloat32(dimensions, true);
        if (scale === 0) continue;
        let dot = 0;
        for (let index = 0; index < dimensions; index++) dot += (values[index] as number) * (query[index] as number);
        found.push({ row, similarity: dot * scale });
      }
      return found.sort((a, b) => b.similarity - a.similarity || a.row - b.row).slice(0, limit);
    },
  };
}
