import { existsSync } from "node:fs";
import { join } from "node:path";
import { assetFolders } from "../../config/paths.ts";
import { canRunKernels } from "../../kernel/kernel.ts";
import { type Check, fault, fine, warning } from "./finding.ts";

const OLDEST_MAJOR = 24;

export const checkNode: Check = {
  area: "node",
  *examine({ machine: { nodeVersion }, env }) {
    if (Number.parseInt(nodeVersion, 10) < OLDEST_MAJOR) {
      const what = `Node.js ${nodeVersion} is older than the ${OLDEST_MAJOR} that wenxun needs.`;
      yield fault("node-too-old", what, "npm install node@24   (or install Node.js 24 from your distribution)");
    }
    const missing = [join(assetFolders.kernel, "scan.wasm"), assetFolders.web].filter((path) => !existsSync(path));
    if (missing.length > 0)
      yield fault(
        "not-built",
        `Parts of wenxun are missing: ${missing.join(", ")}.`,
        "npm run build   (in a checkout), or install the package anew",
      );
    else if (!canRunKernels())
      yield warning(
        "no-simd",
        "This processor has no SIMD for WebAssembly, so searches by meaning are several times slower.",
      );
    const heap = /--max-old-space-size=(\d+)/.exec(env.NODE_OPTIONS ?? "")?.[1];
    if (heap !== undefined && Number(heap) < SMALLEST_HEAP_MB)
      yield fault(
        "heap-too-small",
        `NODE_OPTIONS bounds the heap to ${heap} MB, in which an import ends.`,
        "unset NODE_OPTIONS   (wenxun bounds its heaps itself)",
      );
    yield fine(`Node.js ${nodeVersion}`);
  },
};

/** What `serve` runs under below a small ceiling; see bin/node.mjs. */
const SMALLEST_HEAP_MB = 96;
