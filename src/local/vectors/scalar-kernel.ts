import type { SharedCodes } from "./code-blocks.ts";
import type { ScanKernel } from "./scan-kernel.ts";
import { BATCH_ROWS, BLOCK_ROWS, type ScanLayout } from "./scan-layout.ts";

/** The scan kernel in plain JavaScript, for machines without WebAssembly SIMD; the reference of kernel/scan.wat. */
export function createScalarKernel(layout: ScanLayout, shared: SharedCodes): ScanKernel {
  const { codeBytes, dimensions, recordBytes } = layout;
  const codes = new Uint8Array(shared.buffer, 0, layout.codesBytes);
  const scratch = new ArrayBuffer(layout.scratchBytes);
  const bytes = new Uint8Array(scratch);
  const allow = bytes.subarray(layout.allow);
  const candidates = new Uint32Array(scratch, layout.candidates, layout.candidateCapacity * 2);
  const records = new Int8Array(scratch, layout.records, recordBytes * BATCH_ROWS);
  const query = new Int16Array(scratch, layout.query, dimensions);
  const dots = new Int32Array(scratch, layout.dots, BATCH_ROWS);
  /** Per code byte, what each of its 256 values adds to a row's score: both halves at once. */
  const wholeTables = new Uint8Array(codeBytes * 256);
  const scores = new Uint16Array(BLOCK_ROWS);

  const joinHalves = (): void => {
    for (let place = 0; place < codeBytes; place++) {
      const low = layout.tables + place * 32;
      for (let value = 0; value < 256; value++)
        wholeTables[place * 256 + value] =
          (bytes[low + (value & 15)] as number) + (bytes[low + 16 + (value >> 4)] as number);
    }
  };

  const scoreBlock = (block: number): void => {
    scores.fill(0);
    let code = block * BLOCK_ROWS * codeBytes;
    for (let place = 0; place < codeBytes; place++) {
      for (let row = 0; row < BLOCK_ROWS; row++)
        scores[row] = (scores[row] as number) + (wholeTables[place * 256 + (codes[code++] as number)] as number);
    }
  };

  return {
    kind: "scalar",
    scratch,
    scan({ from, to, masked, threshold, count, maxCount }) {
      joinHalves();
      let start = from - (from % BLOCK_ROWS);
      for (; start < to && count + BLOCK_ROWS <= maxCount; start += BLOCK_ROWS) {
        scoreBlock(start / BLOCK_ROWS);
        for (let row = Math.max(start, from); row < Math.min(start + BLOCK_ROWS, to); row++) {
          const score = scores[row - start] as number;
          if (score <= threshold || (masked && allow[row] === 0)) continue;
          candidates[count * 2] = score;
          candidates[count * 2 + 1] = row;
          count++;
        }
      }
      return { row: Math.min(start, to), count };
    },
    dot(first, count) {
      for (let index = first; index < first + count; index++) {
        let sum = 0;
        for (let d = 0; d < dimensions; d++) sum += (records[index * recordBytes + d] as number) * (query[d] as number);
        dots[index] = sum;
      }
    },
  };
}
