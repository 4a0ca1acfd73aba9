import { createSharedMemory, type WasmMemory } from "../../kernel/kernel.ts";
import { BLOCK_ROWS, type ScanLayout } from "./scan-layout.ts";

/** The codes of one segment, held once however many threads scan them. Can be posted to another thread. */
export interface SharedCodes {
  /** Absent where there is no address space for one; the scan is then done in JavaScript. */
  readonly memory: WasmMemory | undefined;
  readonly buffer: SharedArrayBuffer;
  /** Rows whose code is all zeros, ascending: those without a vector. */
  readonly absentRows: Uint32Array;
}

/** Lays codes out in the blocks that the kernel scans (see kernel/scan.wat), piece by piece as they are read. */
export class CodeLoader {
  readonly #layout: ScanLayout;
  readonly #memory: Pick<SharedCodes, "memory" | "buffer">;
  readonly #target: Uint8Array;
  readonly #absent: number[] = [];
  #row = 0;

  constructor(layout: ScanLayout) {
    this.#layout = layout;
    const { codesBytes } = layout;
    this.#memory = createSharedMemory(codesBytes) ?? { memory: undefined, buffer: new SharedArrayBuffer(codesBytes) };
    this.#target = new Uint8Array(this.#memory.buffer);
  }

  /** Takes the codes of the next rows, `codeBytes` bytes each. */
  add(codes: Uint8Array): void {
    const { codeBytes } = this.#layout;
    const target = this.#target;
    for (let source = 0; source < codes.length; this.#row++) {
      const lane = this.#row % BLOCK_ROWS;
      let place = (this.#row - lane) * codeBytes + lane;
      let bits = 0;
      for (const end = source + codeBytes; source < end; source++) {
        const byte = codes[source] as number;
        bits |= byte;
        target[place] = byte;
        place += BLOCK_ROWS;
      }
      if (bits === 0) this.#absent.push(this.#row);
    }
  }

  finish(): SharedCodes {
    const absentRows = new Uint32Array(new SharedArrayBuffer(this.#absent.length * 4));
    absentRows.set(this.#absent);
    return { ...this.#memory, absentRows };
  }
}

/** The first four bytes of a row's code, as `codeWordOf` gives them; undefined for one without a vector. */
export function readCodeWord(blocks: Uint8Array, codeBytes: number, row: number): number | undefined {
  const lane = row % BLOCK_ROWS;
  const start = (row - lane) * codeBytes + lane;
  let word = 0;
  let bits = 0;
  for (let place = 0; place < codeBytes; place++) {
    const byte = blocks[start + place * BLOCK_ROWS] as number;
    bits |= byte;
    if (place < 4) word |= byte << (8 * place);
    else if (bits !== 0) break;
  }
  return bits === 0 ? undefined : word >>> 0;
}

/** Codes that are at hand as one array, row by row. */
export function shareCodes(codes: Uint8Array, layout: ScanLayout): SharedCodes {
  const loader = new CodeLoader(layout);
  loader.add(codes);
  return loader.finish();
}
