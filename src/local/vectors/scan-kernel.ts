import { createKernel, createMemory } from "../../kernel/kernel.ts";
import type { SharedCodes } from "./code-blocks.ts";
import { createScalarKernel } from "./scalar-kernel.ts";
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
  /** Writes the dot products of the query with the first `count` records into the dots. */
  dot(count: number): void;
}

/** The kernel in WebAssembly where it can be had, otherwise (or when `simd` is false) in JavaScript. */
export function createScanKernel(layout: ScanLayout, codes: SharedCodes, simd: boolean): ScanKernel {
  return (simd ? createSimdKernel(layout, codes) : undefined) ?? createScalarKernel(layout, codes);
}

type ScanFunction = (
  from: number,
  to: number,
  steps: number,
  tables: number,
  allow: number,
  threshold: number,
  out: number,
  outEnd: number,
  scratch: number,
) => [row: number, outEnd: number];

type DotFunction = (record: number, stride: number, count: number, query: number, chunks: number, out: number) => void;

function createSimdKernel(layout: ScanLayout, codes: SharedCodes): ScanKernel | undefined {
  const scratch = codes.memory && createMemory(layout.scratchBytes);
  if (codes.memory === undefined || scratch === undefined) return undefined;
  const exports = createKernel("scan", { codes: codes.memory, scratch: scratch.memory });
  if (exports === undefined) return undefined;
  const { codeBytes, tables, allow, candidates, records, recordBytes, query, dots, dimensions } = layout;
  const scan = exports.scan as ScanFunction;
  const dot = exports.dot as DotFunction;
  const steps = codeBytes / 2;
  const chunks = Math.ceil(dimensions / 16);
  return {
    kind: "simd",
    scratch: scratch.buffer,
    scan({ from, to, masked, threshold, count, maxCount }) {
      const out = candidates + count * 8;
      const outEnd = candidates + maxCount * 8;
      const mask = masked ? allow : 0;
      const [row, end] = scan(from, to, steps, tables, mask, threshold, out, outEnd, layout.scratch);
      return { row, count: (end - candidates) / 8 };
    },
    dot: (count) => dot(records, recordBytes, count, query, chunks, dots),
  };
}
