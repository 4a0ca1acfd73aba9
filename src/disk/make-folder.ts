import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isSystemError } from "../errors.ts";

/**
 * Makes a folder, and those above it that are missing. `mkdirSync` with `recursive` never returns where a folder that is there takes
 * no others and says that they do not exist, as `/proc` does.
 * @throws what `mkdirSync` throws
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.push(at);
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder);
    } catch (error) {
      // Another process was faster.
      if (!isSystemError(error, "EEXIST")) throw error;
    }
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) mkdirSync(path);
}
