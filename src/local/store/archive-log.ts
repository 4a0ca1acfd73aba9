import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

const LOG_FILE = "log.jsonl";

/** Something that was done to an archive and that its owners may have to account for. */
export interface LogEntry {
  readonly what: "remove" | "remove failed";
  readonly by: string;
  readonly ids: readonly string[];
}

/** The archive's own log: lines of JSON with the time, who did it, and to which articles; never their texts. */
export const archiveLogPath = (folder: string): string => join(folder, LOG_FILE);

/** Adds a line, which is on the disk when this returns. */
export function appendToLog(folder: string, entry: LogEntry): void {
  const file = openSync(archiveLogPath(folder), "a");
  try {
    writeSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
