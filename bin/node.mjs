/** Finds a Node.js that can run wenxun. Runs on Node.js 18 and newer, with nothing installed. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const OLDEST_MAJOR = 24;

/**
 * Path of a Node.js of version {@link OLDEST_MAJOR} or newer: the running one, else the one that the npm package `node`
 * brought along; undefined when there is neither.
 */
export function findNode() {
  if (isCurrent()) return process.execPath;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
    const file = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(file) ? file : undefined;
  } catch {
    // The package is not installed.
    return undefined;
  }
}

export function isCurrent() {
  return Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR;
}

/**
 * MB of old and young heap. V8 would let them grow to several times what a busy server holds: `serve` after 800 searches on
 * 143,000 articles holds 190 MB resident under these bounds, 248 with the young heap bounded alone, 343 without.
 */
const HEAPS = { serve: [192, 4], "encoder-server": [96, 4] };

/** Flags of Node.js that a command runs best under; none where the user sets a bound (NODE_OPTIONS). */
export function heapFlags(command) {
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" ");
  const heap = HEAPS[command];
  if (heap === undefined || /--max-(old-space|semi-space|heap)-size/.test(given)) return [];
  return [`--max-old-space-size=${heap[0]}`, `--max-semi-space-size=${heap[1]}`];
}
