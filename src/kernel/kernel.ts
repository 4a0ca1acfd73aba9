import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "../errors.ts";

/** The compiled files of kernel/, by name. */
export type KernelName = "scan" | "row-sum" | "terms";

const folder = join(import.meta.dirname, "..", "..", "build", "kernel");
const modules = new Map<KernelName, WebAssembly.Module | undefined>();

const PAGE_BYTES = 65_536;
/** 4 GiB: what a 32-bit address reaches. */
const MAX_PAGES = 65_536;

/** A `WebAssembly.Memory`, by a name that programs without the types of the DOM know. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

/** Zeroed bytes that kernels work on: dropping both references frees them. */
export interface KernelMemory<Buffer extends ArrayBufferLike> {
  readonly memory: WasmMemory;
  readonly buffer: Buffer;
}

/** Undefined where there is no address space for it, or above 4 GiB. */
export const createMemory = (bytes: number): KernelMemory<ArrayBuffer> | undefined =>
  allocate(bytes, false) as KernelMemory<ArrayBuffer> | undefined;

/** Memory that can be posted to other threads, which then see the same bytes. */
export const createSharedMemory = (bytes: number): KernelMemory<SharedArrayBuffer> | undefined =>
  allocate(bytes, true) as KernelMemory<SharedArrayBuffer> | undefined;

function allocate(bytes: number, shared: boolean): KernelMemory<ArrayBufferLike> | undefined {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (pages > MAX_PAGES) return undefined;
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    return { memory, buffer: memory.buffer };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * What a kernel exports, over the memories that it imports by name; undefined where the machine cannot run it (no SIMD) or it
 * has not been built. Callers then do the same in JavaScript.
 */
export function createKernel(
  name: KernelName,
  memories: Readonly<Record<string, WasmMemory>>,
): Readonly<Record<string, unknown>> | undefined {
  if (!modules.has(name)) modules.set(name, compile(name));
  const module = modules.get(name);
  return module && new WebAssembly.Instance(module, { host: memories }).exports;
}

/** False where the machine has no SIMD, or the kernels have not been built: searches are then slower. */
export const canRunKernels = (): boolean => compile("scan") !== undefined;

/** Once per thread. */
function compile(name: KernelName): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(new Uint8Array(readFileSync(join(folder, `${name}.wasm`))));
  } catch (error) {
    if (error instanceof WebAssembly.CompileError || isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
