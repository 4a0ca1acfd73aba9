import { accessSync, constants, readdirSync, readFileSync, readlinkSync, statfsSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname } from "node:path";

/** What is asked of the machine; a test plants faults here that it cannot make real. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** `24.21.0`. */
  readonly nodeVersion: string;
  /** Undefined on Windows. */
  readonly userId: number | undefined;
  readonly memoryBytes: number;
  nowMs(): number;
  /** The zone in which the machine's clock is shown. */
  timezone(): string;
  /** Undefined for what is not there or may not be read, as most of /proc is outside of Linux. */
  readText(path: string): string | undefined;
  /** Empty for what is not there or may not be read. */
  listFolder(path: string): readonly string[];
  /** Where a symbolic link leads; undefined for what is none. */
  readLink(path: string): string | undefined;
  /** Of the disk that holds a folder, or its nearest parent that is there. */
  room(folder: string): Room | undefined;
  may(what: "read" | "write", path: string): boolean;
}

export interface Room {
  readonly freeBytes: number;
  /** More files and folders that it can hold; undefined where there is no such bound. */
  readonly freeFiles: number | undefined;
  /** The number by which the system knows the kind of file system. */
  readonly kind: number;
}

/** The machine that this process runs on. */
export const createMachine = (): Machine => ({
  platform: process.platform,
  nodeVersion: process.versions.node,
  userId: process.getuid?.(),
  memoryBytes: totalmem(),
  nowMs: () => Date.now(),
  timezone: () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
  readText: (path) => orUndefined(() => readFileSync(path, "utf8")),
  listFolder: (path) => orUndefined(() => readdirSync(path)) ?? [],
  readLink: (path) => orUndefined(() => readlinkSync(path)),
  room: readRoom,
  may: (what, path) => {
    try {
      accessSync(path, what === "read" ? constants.R_OK : constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
});

function readRoom(folder: string): Room | undefined {
  const room = orUndefined(() => {
    const { bavail, bsize, files, ffree, type } = statfsSync(folder);
    return { freeBytes: bavail * bsize, freeFiles: files > 0 ? ffree : undefined, kind: type };
  });
  return room ?? (dirname(folder) === folder ? undefined : readRoom(dirname(folder)));
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // What cannot be known of a machine is left out of what is said of it.
    return undefined;
  }
}
