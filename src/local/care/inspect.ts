import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FOLD_VERSION } from "../../text/fold.ts";
import { measureSegment } from "../segment/segment-data.ts";
import { SegmentFile } from "../segment/segment-file.ts";
import { SQLITE_BUSY, sqliteCode, toArchiveError } from "../store/archive-errors.ts";
import { isAsStored } from "../store/article-hash.ts";
import { ArticleStore, toStoredArticle } from "../store/article-store.ts";
import { lastCommitMs, MARK_FILE, readMark } from "../store/commit-mark.ts";
import { countUnencoded } from "../store/commit-record.ts";
import {
  databasePath,
  type FolderInfo,
  findDamage,
  nextKey,
  openDatabase,
  readSetting,
  segmentPath,
} from "../store/database.ts";
import { countNames, type NameCounts } from "../store/names.ts";
import { countLive, readSegmentRecords, type SegmentRecord } from "../store/segment-set.ts";
import { findStrayFiles } from "../store/stray-files.ts";
import { writeLockPath } from "../write/write-lock.ts";
import { notAsStored } from "./not-as-stored.ts";

/** What can be said of an archive in a moment. */
export interface Inspection {
  readonly info: FolderInfo;
  readonly commit: number;
  readonly lastCommitMs: number | undefined;
  readonly articles: number;
  /** Rows of all segments, those of superseded articles included. */
  readonly rows: number;
  readonly segments: number;
  /** What segments keep in memory once they are loaded. */
  readonly keptBytes: number;
  readonly databaseBytes: number;
  readonly segmentBytes: number;
  /** Articles that have no vector yet. */
  readonly withoutVector: number;
  /** Its words were indexed by another version. */
  readonly isFoldOutdated: boolean;
  /** Articles that were read and compared with their checksums. */
  readonly sampled: number;
  /** What is wrong, a sentence each without its full stop. */
  readonly problems: readonly string[];
  /** Segment files that no commit names. */
  readonly leftovers: readonly string[];
}

/** Articles that are read, spread evenly over all. */
const SAMPLE_ARTICLES = 500;
/** More of one kind than this are counted, not listed. */
const LISTED = 3;

/**
 * Looks at an archive quickly: its commit record, the frame of every segment file, and a sample of its articles. `verify` reads all of it.
 * Writes nothing, not even what SQLite puts beside a database that is read, unless its journal was copied without the file that readers share.
 * @throws AppError `archive-missing`, `archive-damaged`, `archive-version`, `io`.
 */
export function inspectArchive(folder: string): Inspection {
  let first: Inspection | undefined;
  try {
    first = inspectOnce(folder, true);
    if (first.problems.length === 0) return first;
  } catch (error) {
    if (!existsSync(`${databasePath(folder)}-shm`)) throw error;
  }
  // Perhaps somebody wrote meanwhile: only a reader among others sees one state.
  return first !== undefined && !existsSync(`${databasePath(folder)}-shm`) ? first : inspectOnce(folder, false);
}

function inspectOnce(folder: string, leavesNoTrace: boolean): Inspection {
  const mark = readMark(folder);
  const { database, info } = openDatabase(folder, "read", { evenDamaged: true, leavesNoTrace });
  try {
    database.exec("BEGIN");
    const problems = findDamage(database, mark).map(({ what }) => what);
    if (mark === "damaged") problems.push(`${MARK_FILE} is not as it was written`);
    const records = readSegmentRecords(database);
    const names = countNames(database);
    const measures = records.map((record) => checkSegment(segmentPath(folder, record.id), { record, names, problems }));
    const { sampled } = sampleArticles(database, problems);
    return {
      info,
      commit: Number(readSetting(database, "commit")),
      lastCommitMs: lastCommitMs(folder),
      articles: records.reduce((sum, record) => sum + countLive(record), 0),
      rows: records.reduce((sum, { rows }) => sum + rows, 0),
      segments: records.length,
      keptBytes: measures.reduce((sum, { keptBytes }) => sum + keptBytes, 0),
      databaseBytes: sizeOf(databasePath(folder)) + sizeOf(`${databasePath(folder)}-wal`),
      segmentBytes: measures.reduce((sum, { bytes }) => sum + bytes, 0),
      withoutVector: countUnencoded(database),
      isFoldOutdated: info.foldVersion !== FOLD_VERSION,
      sampled,
      problems,
      leftovers: findStrayFiles(folder, database),
    };
  } catch (error) {
    throw toArchiveError(folder, error);
  } finally {
    database.close();
  }
}

interface SegmentCheck {
  readonly record: Pick<SegmentRecord, "footerCrc32" | "rows">;
  readonly names: NameCounts;
  readonly problems: string[];
}

function checkSegment(
  path: string,
  { record: { footerCrc32, rows }, names, problems }: SegmentCheck,
): { bytes: number; keptBytes: number } {
  try {
    const file = new SegmentFile(path);
    file.close();
    if (file.footerCrc32 !== footerCrc32 || file.footer.rows !== rows)
      problems.push(`${basename(path)} is not the file that was committed under this name`);
    return { bytes: file.bytes, keptBytes: measureSegment(path, names).bytes };
  } catch (error) {
    problems.push(error instanceof Error ? error.message.replace(/\.$/, "") : String(error));
    return { bytes: 0, keptBytes: 0 };
  }
}

function sampleArticles(database: DatabaseSync, problems: string[]): { sampled: number } {
  const store = new ArticleStore(database);
  const [sources, categories] = [store.names("source"), store.names("category")];
  const keyFrom = database.prepare("SELECT key FROM article WHERE key >= ? ORDER BY key LIMIT 1");
  const next = nextKey(database);
  const step = Math.max(1, next / SAMPLE_ARTICLES);
  const damaged = new Set<string>();
  const seen = new Set<number>();
  try {
    for (let from = 1; from < next; from += step) {
      const key = Number(keyFrom.get(Math.floor(from))?.key ?? 0);
      if (key === 0 || seen.has(key)) continue;
      seen.add(key);
      const row = store.byKey(key);
      if (row === undefined || row.isSound === false || !isAsStored(toStoredArticle(row, sources, categories), row))
        damaged.add(row?.id ?? `number ${key}`);
    }
  } catch (error) {
    problems.push(`the database cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  if (damaged.size > 0) {
    const among = `of ${seen.size} articles that were looked at`;
    const named = [...damaged].slice(0, LISTED).join(", ");
    problems.push(`${notAsStored(damaged.size, among, among)}: ${named}`);
  }
  return { sampled: seen.size };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Whether some process writes to the archive now. Asks for no lock that could keep a writer out. */
export function isBeingWritten(folder: string): boolean {
  const path = writeLockPath(folder);
  if (!existsSync(path)) return false;
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.prepare("SELECT 1 FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (sqliteCode(error) === SQLITE_BUSY) return true;
    throw toArchiveError(folder, error);
  } finally {
    database.close();
  }
}
