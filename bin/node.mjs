/** Finds a Node.js that can run wenxun. Runs on Node.js 18 and newer, with nothing installed. */
import { existsSync, readFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";

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
 * 143,000 articles held 190 MB resident under these bounds, 248 with the young heap bounded alone, 343 without; an import of
 * 40,000 articles 196 MB at its peak instead of 384, in the same time.
 */
const HEAPS = { serve: [192, 4], "encoder-server": [96, 4], import: [512, 2], reindex: [512, 2] };

/**
 * Below this ceiling the server's code and heaps are kept small, which makes searches a third dearer; where the archive leaves room, the
 * server ends that (src/threads/larger-heaps.ts). V8 compiles and collects in one thread of its own instead of four, which takes 8 MB less.
 */
const SMALL_MB = 384;

/**
 * How Node.js is to be started for a command: flags, and variables for what runs before any program does. No flags where the user
 * sets bounds (NODE_OPTIONS), or where the process runs under them already.
 *
 * @param isSource whether Node.js is to run TypeScript
 */
export function launchSettings([command, ...args], isSource) {
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" ");
  const heap = HEAPS[command];
  if (heap === undefined || /--max-(old-space|semi-space|heap)-size/.test(given)) return { flags: [], env: {} };
  const maxMemoryMb = command === "serve" ? readMaxMemoryMb(args) : undefined;
  const isSmall = maxMemoryMb !== undefined && maxMemoryMb < SMALL_MB;
  // With 96 MB, thousands of requests sent ahead ended a process that also spoke with language models.
  const [oldMb, youngMb] = isSmall ? [144, 1] : heap;
  const flags = [`--max-old-space-size=${oldMb}`, `--max-semi-space-size=${youngMb}`];
  if (isSmall) flags.push("--optimize-for-size", "--v8-pool-size=1");
  // So that what is given back near the ceiling is given back at once.
  if (maxMemoryMb !== undefined) flags.push("--expose-gc");
  return { flags, env: missing({ ...MALLOC, ...(isSource ? { NODE_COMPILE_CACHE: codeFolder() } : {}) }) };
}

/**
 * Has the young heap collected while the old one is being marked, too, where it is bounded. V8 would let it grow past its bound until then, to as much
 * as 64 MB: one of 2 MB was seen at 30. To be called before anything is loaded. Not a flag of Node.js: one that V8 does not know would end it.
 */
export function keepYoungHeapBounded(command) {
  if (HEAPS[command] !== undefined) setFlagsFromString("--no-separate-gc-phases");
}

/** glibc: few arenas, and large arrays on pages of their own that go back when they are freed. Others do not read these. */
const MALLOC = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" };

/**
 * Compiled code and stripped types are kept between runs: whoever finds them there loads no type stripper, which takes 12 MB of
 * every thread and more of the first. From the second start on, that is.
 */
const codeFolder = () => join(homedir(), ".cache", "wenxun", "code");

/** Has the running process keep them. Where that cannot be, and where NODE_COMPILE_CACHE says where, nothing changes. */
export const keepCompiledCode = () => module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE ?? codeFolder());

/** Of these variables, those that the user has not set. */
const missing = (variables) =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => process.env[name] === undefined));

/** `--max-memory` in MB, from wherever a setting may come; what cannot be read is refused later, with the reason. */
function readMaxMemoryMb(args) {
  const at = args.findIndex((arg) => arg === "--max-memory" || arg.startsWith("--max-memory="));
  const flag = at < 0 ? undefined : (args[at].split("=")[1] ?? args[at + 1]);
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)/i.exec(String(flag ?? process.env.WENXUN_MAX_MEMORY ?? readFromFile()));
  if (match === null) return undefined;
  return Number(match[1]) * { "": 2 ** -20, k: 2 ** -10, m: 1, g: 2 ** 10 }[match[2].toLowerCase()];
}

function readFromFile() {
  try {
    return JSON.parse(readFileSync("wenxun.json", "utf8"))["max-memory"];
  } catch {
    // There is none, or it is refused later.
    return undefined;
  }
}
