import { toUnit } from "../unit-vector.ts";
import type { Pooling } from "./model-folder.ts";

export interface HiddenStates {
  /** [texts × longest × dimensions], row-major. */
  readonly data: Float32Array;
  readonly longest: number;
  readonly dimensions: number;
}

/** Tokens [from, to) of a text take part in pooling. */
export interface TokenSpan {
  readonly from: number;
  readonly to: number;
}

/** The token vectors of text `index` made one, at norm 1; undefined where they cancel out or are not numbers. */
export function pool(
  { data, longest, dimensions }: HiddenStates,
  index: number,
  { from, to }: TokenSpan,
  pooling: Pooling,
): Float32Array | undefined {
  const start = index * longest * dimensions;
  const token = (position: number) => data.subarray(start + position * dimensions, start + (position + 1) * dimensions);
  switch (pooling) {
    case "cls":
      return toUnit(token(0));
    case "lasttoken":
      return toUnit(token(to - 1));
    case "mean": {
      // The norm makes a sum as good as a mean.
      const sum = new Float64Array(dimensions);
      for (let position = from; position < to; position++) {
        const values = token(position);
        for (let place = 0; place < dimensions; place++) sum[place] = (sum[place] ?? 0) + (values[place] ?? 0);
      }
      return toUnit(sum);
    }
    case "max": {
      const most = new Float32Array(dimensions).fill(-Infinity);
      for (let position = from; position < to; position++) {
        const values = token(position);
        for (let place = 0; place < dimensions; place++) {
          most[place] = Math.max(most[place] ?? -Infinity, values[place] ?? -Infinity);
        }
      }
      return toUnit(most);
    }
  }
}
