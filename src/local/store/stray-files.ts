import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { segmentFolder, segmentPath } from "./database.ts";

/** Segments, and the pieces in which a reindex writes their terms. */
const SEGMENT_FILE = /\.seg(\.terms(-\d+)?)?(\.tmp)?$/;

/** Deletes segment files that no commit names: what a crash, an interrupted merge or a killed reindex left behind. Takes the write lock for granted. */
export function removeStrayFiles(folder: string, database: DatabaseSync): void {
  const segments = segmentFolder(folder);
  const known = new Set(
    database
      .prepare("SELECT id FROM segment")
      .all()
      .map((row) => basename(segmentPath(folder, Number(row.id)))),
  );
  mkdirSync(segments, { recursive: true });
  for (const name of readdirSync(segments)) {
    const path = join(segments, name);
    if (!known.has(name) && SEGMENT_FILE.test(name) && statSync(path).isFile()) removeQuietly(path);
  }
}

/** A file that is open elsewhere cannot be deleted on some systems; the next writer tries again. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Nothing names it.
  }
}
