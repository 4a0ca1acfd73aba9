import { closeSync, fchownSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError, isSystemError } from "../errors.ts";
import { syncFolder } from "./sync-folder.ts";

/** How long another process may take to write the same file; what is older was left by one that died. */
const STALE_MS = 10_000;
const RETRY_MS = 20;

/**
 * Writes a file that its owner alone may read: whole or not at all, and by one process at a time. `toContent` is called while no
 * other process can write it, and so may read what stands there. Written as root, it belongs to the owner of its folder.
 * @throws AppError `io`, `disk-full`, and what `toContent` throws; the file is then as it was
 */
export function replacePrivateFile(path: string, toContent: () => string): void {
  const draft = `${path}.new`;
  const folder = dirname(path);
  let file: number | undefined;
  try {
    file = createDraft(draft);
    if (process.getuid?.() === 0) {
      const { uid, gid } = statSync(folder);
      fchownSync(file, uid, gid);
    }
    writeFileSync(file, toContent());
    fsyncSync(file);
    closeSync(file);
    renameSync(draft, path);
    syncFolder(folder);
  } catch (error) {
    if (file !== undefined) rmSync(draft, { force: true });
    if (error instanceof AppError || !isSystemError(error)) throw error;
    const code = error.code === "ENOSPC" ? "disk-full" : "io";
    throw new AppError(code, `${path} cannot be written (${error.code}).`, { cause: error });
  }
}

/** The new file beside the old one, which no two processes have at a time. */
function createDraft(draft: string): number {
  for (;;) {
    try {
      return openSync(draft, "wx", 0o600);
    } catch (error) {
      if (!isSystemError(error, "EEXIST")) throw error;
      const { mtimeMs } = statSync(draft, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
      if (Date.now() - mtimeMs > STALE_MS) rmSync(draft, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
