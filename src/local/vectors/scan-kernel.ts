import type { ScanLayout } from "./scan-layout.ts";

/** Where a scan stopped. */
export interface ScanProgress {
  /** The first row not looked at. */
  readonly row: number;
  /** Candidates that stand in the buffer now. */
  readonly count: number;
}

export interface ScanRange {
  /** Rows [from, to). */
  readonly from: number;
  readonly to: number;
  /** Whether rows whose byte in the allow mask is 0 are left out. */
  readonly masked: boolean;
  /** Rows must score above this, −1…32767. */
  readonly threshold: number;
  /** Candidates that stand in the buffer already. */
  readonly count: number;
  /** Stop when fewer than a block's rows would still fit below so many candidates. */
  readonly maxCount: number;
}

/** The inner loops, over shared codes and a scratch of their own, both laid out by {@link ScanLayout}. Both kinds give the same numbers. */
export interface ScanKernel {
  readonly kind: "simd" | "scalar";
  readonly scratch: ArrayBuffer;
  /** Scores codes by the tables and appends what is above the threshold to the candidates, in the order of rows. */
  scan(range: ScanRange): ScanProgress;
  /** Writes the dot products of the query with `count` records from `first` on into the dots of the same numbers. */
  dot(first: number, count: number): void;
}
