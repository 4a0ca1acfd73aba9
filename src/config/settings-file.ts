import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { AppError, isSystemError } from "../errors.ts";
import type { ConfigSources } from "./load-config.ts";

/** Looked for in the working folder. */
export const SETTINGS_FILE = "wenxun.json";

export interface SettingsFileOptions {
  readonly workingFolder: string;
  /** Named by the user, relative to the working folder; it must then exist. */
  readonly path?: string | undefined;
}

/** @throws AppError `usage` for a file that cannot be read or is not JSON. */
export function readSettingsFile({ workingFolder, path }: SettingsFileOptions): ConfigSources["file"] {
  const file = resolve(workingFolder, path ?? SETTINGS_FILE);
  const shown = path ?? SETTINGS_FILE;
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if (path === undefined && isSystemError(error, "ENOENT", "EACCES") && !isThere(file)) return undefined;
    const reason = isSystemError(error) ? error.code : "unreadable";
    throw new AppError("usage", `Settings file ${shown} cannot be read (${reason}).`, { cause: error });
  }
  try {
    return { path: shown, content: JSON.parse(content.replace(/^\uFEFF/, "")) as unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError("usage", `Settings file ${shown} is not JSON: ${reason}`, { cause: error });
  }
}

/** Nobody can tell in a folder that may not be looked into: a service's user is often started in the private folder of somebody else. */
const isThere = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};
