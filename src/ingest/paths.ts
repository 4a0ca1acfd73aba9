import { glob, stat } from "node:fs/promises";
import { STDIN } from "./input.ts";

const GLOB = /[*?[\]{}]/;

export interface ExpandedPaths {
  /** Files in the order given, those of one pattern sorted; `-` stands for standard input. None twice. */
  readonly paths: readonly string[];
  /** Patterns that no file matches. */
  readonly unmatched: readonly string[];
  /** Bytes of all of them on disk; undefined when standard input is among them. */
  readonly totalBytes: number | undefined;
}

/** Expands the patterns that a shell has left alone (quoted ones, or on Windows). A file whose name looks like one comes first. */
export async function expandPaths(inputs: readonly string[]): Promise<ExpandedPaths> {
  const sizes = new Map<string, number>();
  const unmatched: string[] = [];
  for (const input of inputs) {
    const size = await fileSize(input);
    if (input === STDIN || size !== undefined || !GLOB.test(input)) {
      sizes.set(input, size ?? 0);
      continue;
    }
    const found: string[] = [];
    for await (const path of glob(input)) found.push(path);
    const before = sizes.size;
    for (const path of found.sort()) {
      const foundSize = await fileSize(path);
      if (foundSize !== undefined) sizes.set(path, foundSize);
    }
    if (sizes.size === before && found.length === 0) unmatched.push(input);
  }
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { paths: [...sizes.keys()], unmatched, totalBytes: sizes.has(STDIN) ? undefined : total };
}

/** Undefined for what is no file; why not is said when it is opened. */
async function fileSize(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined || found.isDirectory() ? undefined : found.size;
}
