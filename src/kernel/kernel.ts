import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "../errors.ts";

/** The compiled files of kernel/, by name. */
export type KernelName = "scan" | "row-sum";

const folder = join(import.meta.dirname, "..", "..", "build", "kernel");
const modules = new Map<KernelName, WebAssembly.Module | undefined>();

const PAGE_BYTES = 65_536;
/** 4 GiB: what a 32-bit address reaches. */
const MAX_PAGES = 65_536;

/** A kernel over a memory of its own: dropping both frees the memory. */
export interface KernelInstance {
  readonly buffer: ArrayBuffer;
  readonly exports: Readonly<Record<string, unknown>>;
}

/**
 * A new instance of a kernel over `bytes` zeroed bytes, or undefined where the machine cannot run it (no SIMD, no address
 * space for it, more than 4 GiB) or it has not been built; callers then do the same in JavaScript.
 */
export function createKernel(name: KernelName, bytes: number): KernelInstance | undefined {
  const module = kernelModule(name);
  if (module === undefined) return undefined;
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (pages > MAX_PAGES) return undefined;
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const { exports } = new WebAssembly.Instance(module, { host: { memory } });
  return { buffer: memory.buffer, exports };
}

/** Compiled once per thread. */
function kernelModule(name: KernelName): WebAssembly.Module | undefined {
  if (!modules.has(name)) modules.set(name, compile(name));
  return modules.get(name);
}

function compile(name: KernelName): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(new Uint8Array(readFileSync(join(folder, `${name}.wasm`))));
  } catch (error) {
    if (error instanceof WebAssembly.CompileError || isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
