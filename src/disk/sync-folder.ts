import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes durable that files of a folder were made, renamed or removed. */
export function syncFolder(folder: string): void {
  // Windows opens no folders; what was renamed is as durable there as it gets.
  if (process.platform === "win32") return;
  const opened = openSync(folder, "r");
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
