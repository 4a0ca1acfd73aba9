import { BLOCK_ROWS, type ScanLayout } from "./scan-layout.ts";

/**
 * Lays codes, row by row in `codes`, out in the blocks that the kernel scans; see kernel/scan.wat. Returns the rows whose
 * code is all zeros, ascending: those without a vector.
 */
export function writeCodes(codes: Uint8Array, { rows, codeBytes }: ScanLayout, target: Uint8Array): Uint32Array {
  const absent: number[] = [];
  for (let row = 0, source = 0; row < rows; row++) {
    const lane = row % BLOCK_ROWS;
    let place = (row - lane) * codeBytes + lane;
    let bits = 0;
    for (const end = source + codeBytes; source < end; source++) {
      const byte = codes[source] as number;
      bits |= byte;
      target[place] = byte;
      place += BLOCK_ROWS;
    }
    if (bits === 0) absent.push(row);
  }
  return Uint32Array.from(absent);
}
