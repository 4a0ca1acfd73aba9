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
 * Flags of Node.js that a command runs best under. Without a bound, V8 lets its heap grow to several times what a busy server
 * holds before it collects. A bound that the user sets (NODE_OPTIONS) goes before.
 */
export function heapFlags(command) {
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" ");
  if (/--max-(old-space|semi-space|heap)-size/.test(given)) return [];
  if (command === "encoder-server") return ["--max-old-space-size=96", "--max-semi-space-size=4"];
  // Searching a million articles: 267 MB resident instead of 430, as fast; see bench/million.ts.
  return command === "serve" ? ["--max-semi-space-size=4"] : [];
}
