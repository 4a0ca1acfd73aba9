import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { segmentFolder, segmentPath } from "./database.ts";

/** Segments, and the pieces in which a reindex writes their terms. */
const SEGMENT_FILE = /\.seg(\.terms(-\d+)?)?(\.tmp)?$/;

/** Vectors that a reindex has made of a segment so far. */
const KEPT_VECTORS = /^(\d+\.seg)\.vectors$/;

/** Whether a file belongs to a segment that a commit names: the segment itself, or what a reindex that was interrupted goes on with. */
const isOfKnownSegment = (name: string, known: ReadonlySet<string>): boolean =>
  known.has(KEPT_VECTORS.exec(name)?.[1] ?? name);

/** Names of the segments that the database has, those of an unfinished reindex included. */
const knownSegments = (database: DatabaseSync): ReadonlySet<string> =>
  new Set(
    database
      .prepare("SELECT id FROM segment")
      .all()
      .map((row) => basename(segmentPath("", Number(row.id)))),
  );

/** Files that no commit names: being written now, or left by a crash, and then deleted by the next writer. */
export function findStrayFiles(folder: string, database: DatabaseSync): string[] {
  const known = knownSegments(database);
  if (!existsSync(segmentFolder(folder))) return [];
  return readdirSync(segmentFolder(folder)).filter((name) => !isOfKnownSegment(name, known));
}

/** Deletes segment files that no commit names: what a crash, an interrupted merge or a killed reindex left behind. Takes the write lock for granted. */
export function removeStrayFiles(folder: string, database: DatabaseSync): void {
  const segments = segmentFolder(folder);
  const known = knownSegments(database);
  mkdirSync(segments, { recursive: true });
  for (const name of readdirSync(segments)) {
    const path = join(segments, name);
    const isOurs = SEGMENT_FILE.test(name) || KEPT_VECTORS.test(name);
    if (isOurs && !isOfKnownSegment(name, known) && statSync(path).isFile()) removeQuietly(path);
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
