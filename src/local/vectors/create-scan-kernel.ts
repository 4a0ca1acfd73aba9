import { createKernel, createMemory } from "../../kernel/kernel.ts";
import type { SharedCodes } from "./code-blocks.ts";
import { createScalarKernel } from "./scalar-kernel.ts";
import type { ScanKernel } from "./scan-kernel.ts";
import type { ScanLayout } from "./scan-layout.ts";

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
    dot: (first, count) => dot(records + first * recordBytes, recordBytes, count, query, chunks, dots + first * 4),
  };
}
