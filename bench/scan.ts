/**
 * The vector scan of one segment beside merely reading its codes.
 *
 *     node bench/scan.ts [ROWS] [DIMENSIONS]          default 1000000 256
 *
 * Vectors are made up: unit vectors around one centre in 200 rows. The int8 records lie in a temporary file, in the page cache.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import loadWabt from "wabt";
import { CandidateScan } from "../src/local/vectors/candidates.ts";
import { shareCodes } from "../src/local/vectors/code-blocks.ts";
import { createScanKernel } from "../src/local/vectors/create-scan-kernel.ts";
import { planScan } from "../src/local/vectors/scan-layout.ts";
import { createVectorScanner } from "../src/local/vectors/vector-scanner.ts";
import { codeBytes, quantizeVector } from "../src/search/codes/quantize.ts";
import { writeQueryTables } from "../src/search/codes/query-tables.ts";

const rows = Number(process.argv[2] ?? 1_000_000);
const dimensions = Number(process.argv[3] ?? 256);
const recordBytes = dimensions + 4;
const ROUNDS = 60;

const folder = mkdtempSync(join(tmpdir(), "wenxun-bench-"));
const file = openSync(join(folder, "records"), "w+");
try {
  await measure();
} finally {
  closeSync(file);
  rmSync(folder, { recursive: true });
}

async function measure(): Promise<void> {
  const { codes, centres } = makeVectors();
  const queries = Array.from({ length: ROUNDS }, (_, index) => centres[index % centres.length] as Float32Array);
  const readRecords = (row: number, count: number, target: Uint8Array): void => {
    readSync(file, target, 0, count * recordBytes, row * recordBytes);
  };
  const layout = planScan(dimensions, rows);
  const shared = shareCodes(codes, layout);
  const scanner = createVectorScanner({ dimensions, rows, codes: shared });
  console.log(`${rows} × ${dimensions}, ${scanner.kind}, ${(layout.codesBytes / 1e6).toFixed(0)} MB\n`);

  const readCodes = await createReader(codes.length);
  const readMs = report("read the codes", () => readCodes());
  for (const simd of [true, false]) {
    const kernel = createScanKernel(layout, shared, simd);
    const scan = new CandidateScan(kernel, layout);
    const tables = new Uint8Array(kernel.scratch, layout.tables);
    const ms = report(`scan, best 500 (${kernel.kind})`, (round) => {
      writeQueryTables(queries[round] as Float32Array, layout, tables);
      scan.find({ from: 0, to: rows, wanted: 500, masked: false, pool: {} });
    });
    console.log(`  ${(ms / readMs).toFixed(2)} × reading`);
  }
  const half = Uint8Array.from({ length: rows }, (_, row) => (row * 7919) % 2);
  const hundredth = Uint8Array.from({ length: rows }, (_, row) => +((row * 7919) % 100 === 0));
  console.log("\nnearest 10, scan and int8:");
  for (const share of [1, 0.5, 0.1, 0.01, 0.001]) {
    for (const [name, allow] of [
      ["", undefined],
      [", mask of 1/2", half],
      [", mask of 1/100", hundredth],
    ] as const) {
      if (allow !== undefined && share < 1) continue;
      report(`${share * 100} % of rows${name}`, (round) => {
        const span = Math.ceil(rows * share);
        const from = Math.floor(((rows - span) * round) / ROUNDS);
        scanner.nearest(queries[round] as Float32Array, {
          from,
          to: from + span,
          masks: allow && [allow],
          limit: 10,
          readRecords,
        });
      });
    }
  }
  console.log("\nnearest of all rows, by limit:");
  for (const limit of [100, 1000, 5000])
    report(`limit ${limit}`, (round) => {
      scanner.nearest(queries[round] as Float32Array, { from: 0, to: rows, limit, readRecords });
    });
  console.log("\nnearest 10 of narrow ranges:");
  for (const span of [1000, 2000, 4000, 8000, 16_000, 32_000])
    report(`${span} rows`, (round) => {
      const from = Math.floor(((rows - span) * round) / ROUNDS);
      scanner.nearest(queries[round] as Float32Array, { from, to: from + span, limit: 10, readRecords });
    });
}

/** Runs `work` for each round and prints and returns the median in ms. */
function report(name: string, work: (round: number) => void): number {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    work(round);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? 0;
  console.log(
    `${name.padEnd(34)} p50 ${at(0.5).toFixed(2).padStart(7)} ms   p95 ${at(0.95).toFixed(2).padStart(7)} ms`,
  );
  return at(0.5);
}

function makeVectors(): { codes: Uint8Array; centres: Float32Array[] } {
  const random = createRandom();
  const centres = Array.from({ length: Math.ceil(rows / 200) }, () =>
    toUnit(Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5)),
  );
  const codeSize = codeBytes(dimensions);
  const codes = new Uint8Array(rows * codeSize);
  const batchRows = 4096;
  const batch = new Uint8Array(batchRows * recordBytes);
  const view = new DataView(batch.buffer);
  const vector = new Float32Array(dimensions);
  for (let row = 0; row < rows; row++) {
    const centre = centres[Math.floor(random() * centres.length)] as Float32Array;
    const noise = 2 / Math.sqrt(dimensions);
    for (let d = 0; d < dimensions; d++) vector[d] = (centre[d] as number) + (random() - 0.5) * noise * 1.7;
    const slot = row % batchRows;
    const values = new Int8Array(batch.buffer, slot * recordBytes, dimensions);
    const scale = quantizeVector(vector, values, codes.subarray(row * codeSize, (row + 1) * codeSize));
    view.setFloat32(slot * recordBytes + dimensions, scale, true);
    if (slot === batchRows - 1 || row === rows - 1) writeSync(file, batch, 0, (slot + 1) * recordBytes);
  }
  return { codes, centres };
}

function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function toUnit(values: Float32Array): Float32Array {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

/** The fastest way found to touch every byte of the codes: WebAssembly, 64 bytes a step. */
async function createReader(bytes: number): Promise<() => void> {
  const pages = Math.ceil(bytes / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: false });
  new Uint8Array(memory.buffer).fill(1);
  const load = (offset: number): string => `(v128.load offset=${offset} (local.get $at))`;
  const wabt = await loadWabt();
  const source = `(module (import "host" "memory" (memory 1))
    (func (export "read") (param $at i32) (param $end i32) (result i32) (local $bits v128)
      (loop $next
        (local.set $bits (v128.or (local.get $bits) (v128.or
          (v128.or ${load(0)} ${load(16)}) (v128.or ${load(32)} ${load(48)}))))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
      (i32x4.extract_lane 0 (local.get $bits))))`;
  const module = new WebAssembly.Module(
    new Uint8Array(wabt.parseWat("read.wat", source, { simd: true }).toBinary({}).buffer),
  );
  const { read } = new WebAssembly.Instance(module, { host: { memory } }).exports as {
    read: (at: number, end: number) => number;
  };
  return () => read(0, bytes);
}
