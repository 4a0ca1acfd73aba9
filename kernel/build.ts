/** Compiles kernel/*.wat (WebAssembly as text) into build/kernel/*.wasm: node kernel/build.ts */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import loadWabt from "wabt";

const target = join(import.meta.dirname, "..", "build", "kernel");
const features = { simd: true, relaxed_simd: true, multi_value: true, threads: true, multi_memory: true };

const wabt = await loadWabt();
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const path of globSync(join(import.meta.dirname, "*.wat"))) {
  const name = basename(path, ".wat");
  const module = wabt.parseWat(path, readFileSync(path, "utf8"), features);
  // Its types leave out that validating wants to know the features too.
  const validating: { validate(enabled: typeof features): void } = module;
  try {
    validating.validate(features);
    writeFileSync(join(target, `${name}.wasm`), module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}
