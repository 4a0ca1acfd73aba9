import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { ArchiveInfo } from "../../archive/archive.ts";
import { makeFolder } from "../../disk/make-folder.ts";
import { AppError } from "../../errors.ts";
import type { Lease, Resources } from "../../resources/resources.ts";
import { FOLD_VERSION } from "../../text/fold.ts";
import { SQLITE_CANTOPEN, sqliteCode, translateErrors } from "./archive-errors.ts";
import { readMark } from "./commit-mark.ts";
import { EMPTY_SUMS, findRecordDamage, type RecordDamage, sealRecord } from "./record-check.ts";

/** Versions of removed articles, whose texts are to be erased. Archives that were made before have it from the first removal on. */
export const REMOVED_TABLE = "CREATE TABLE removed (key INTEGER PRIMARY KEY)";

/**
 * Versions of articles that read otherwise than those after them, as long as the article is there. Archives of {@link CODED_TEXTS_FORMAT}
 * have it from the first one on.
 */
const EDITION_TABLE = [
  `CREATE TABLE edition (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  hash BLOB NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  url TEXT,
  source_id INTEGER NOT NULL,
  category_id INTEGER NOT NULL,
  published_ms REAL,
  replaced_ms REAL NOT NULL
)`,
  "CREATE INDEX edition_id ON edition (id)",
];

/**
 * The archive's SQLite file: the texts, and the commit record that says which segments hold them.
 *
 * An article row is one version of an article and never changes but for `replaced_ms`, the time it was superseded. Superseded
 * versions stay a while, so that a snapshot taken before can still show them. `dead` lists rows of segments whose version was
 * superseded after the segment was written.
 */
const SCHEMA = `
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE category (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE article (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  hash BLOB NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  url TEXT,
  source_id INTEGER NOT NULL,
  category_id INTEGER NOT NULL,
  published_ms REAL,
  replaced_ms REAL
);
CREATE UNIQUE INDEX article_live_id ON article (id) WHERE replaced_ms IS NULL;
CREATE INDEX article_replaced ON article (replaced_ms) WHERE replaced_ms IS NOT NULL;
CREATE TABLE segment (
  id INTEGER PRIMARY KEY,
  encoder TEXT NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  footer_crc32 INTEGER NOT NULL,
  staged_for INTEGER
);
CREATE TABLE dead (segment_id INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (segment_id, row)) WITHOUT ROWID;
CREATE TABLE unencoded (key INTEGER PRIMARY KEY);
${REMOVED_TABLE};
${EDITION_TABLE.join(";\n")};
`;

/** From this format on titles, bodies and addresses may stand in a code, as a blob: see texts/stored-text.ts. */
export const CODED_TEXTS_FORMAT = 2;

/** From this format on there is a table of editions. */
export const EDITIONS_FORMAT = 3;

/** Of new archives. */
export const FORMAT_VERSION = EDITIONS_FORMAT;
const isReadable = (formatVersion: number): boolean => [1, CODED_TEXTS_FORMAT, EDITIONS_FORMAT].includes(formatVersion);

export const readFormat = (database: DatabaseSync): number => Number(readSetting(database, "format_version"));

/** Brings an archive of an earlier format to the newest one, within a transaction. Texts that are written from then on are coded. */
export function raiseFormat(database: DatabaseSync): void {
  if (readFormat(database) === FORMAT_VERSION) return;
  for (const create of EDITION_TABLE) database.exec(create.replace(/^CREATE (TABLE|INDEX)/, "CREATE $1 IF NOT EXISTS"));
  writeSetting(database, "format_version", FORMAT_VERSION);
}

const DATABASE_FILE = "archive.db";
/** Pages that a connection keeps: those of the index by id for whoever writes; a reader goes from key to text. */
const CACHE_BYTES = { read: 2 * 2 ** 20, write: 8 * 2 ** 20 };

/** What is known of an archive in a folder. */
export interface FolderInfo extends ArchiveInfo {
  readonly folder: string;
  readonly formatVersion: number;
  /** Version of the fold that made its terms; see FOLD_VERSION. With another version most is still found until the archive is reindexed. */
  readonly foldVersion: number;
}

export interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly info: FolderInfo;
}

/** Borrows the archive's database; one connection for reading and one for writing per process. */
export function borrowDatabase(
  resources: Resources,
  folder: string,
  access: "read" | "write",
  options: OpenOptions = {},
): Promise<Lease<OpenDatabase>> {
  return resources.acquire(resourceKey("database", folder, access), {
    load: () => openDatabase(folder, access, options),
    bytes: () => CACHE_BYTES[access],
    release: ({ database }) => database.close(),
    keep: false,
  });
}

/** Under which a part of the archive is shared. Keys are shown to anybody, so the folder stands in it as a short hash. */
export function resourceKey(kind: "database" | "segment", folder: string, part: string | number): string {
  return `${kind}:${createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 6)}:${part}`;
}

export const databasePath = (folder: string): string => join(folder, DATABASE_FILE);
export const segmentFolder = (folder: string): string => join(folder, "segments");
export const segmentPath = (folder: string, id: number): string =>
  join(segmentFolder(folder), `${String(id).padStart(10, "0")}.seg`);

export interface CreateSettings {
  readonly encoderFingerprint: string;
  readonly dimensions: number;
  readonly timezone: string;
}

/** Makes an empty archive in `folder`, which is created if need be. @throws AppError `io`, `disk-full`. */
export function createDatabase(folder: string, settings: CreateSettings): void {
  translateErrors(folder, () => {
    makeFolder(segmentFolder(folder));
    const database = new DatabaseSync(databasePath(folder));
    try {
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
      if (hasTables(database)) {
        database.exec("ROLLBACK");
        return;
      }
      database.exec(SCHEMA);
      const insert = database.prepare("INSERT INTO setting (name, value) VALUES (?, ?)");
      const values: Record<string, string | number> = {
        format_version: FORMAT_VERSION,
        fold_version: FOLD_VERSION,
        encoder_fingerprint: settings.encoderFingerprint,
        dimensions: settings.dimensions,
        timezone: settings.timezone,
        created_ms: Date.now(),
        commit: 0,
        next_key: 1,
        next_segment: 1,
        ...EMPTY_SUMS,
      };
      for (const [name, value] of Object.entries(values)) insert.run(name, String(value));
      sealRecord(database);
      database.exec("COMMIT");
    } finally {
      database.close();
    }
  });
}

export interface OpenOptions {
  /** Also when it is damaged, to see how far and to mend it. Default false. */
  readonly evenDamaged?: boolean;
  /**
   * Read so that SQLite writes no file beside it, unless there is a journal without the file that its readers share. What somebody
   * writes meanwhile may look like damage. Default false.
   */
  readonly leavesNoTrace?: boolean;
}

/** What is known of the archive in a folder. @throws AppError as {@link openDatabase}. */
export function readFolderInfo(folder: string): FolderInfo {
  const { database, info } = openDatabase(folder, "read");
  database.close();
  return info;
}

/**
 * Opens the archive's database and checks what SQLite does not: that no commit is missing and that the commit record is as it
 * was written. @throws AppError `archive-missing`, `archive-damaged`, `archive-version`, `io`.
 */
export function openDatabase(
  folder: string,
  access: "read" | "write",
  { evenDamaged = false, leavesNoTrace = false }: OpenOptions = {},
): OpenDatabase {
  return translateErrors(folder, () => {
    // Before the database is opened: commits made meanwhile are no less.
    const mark = readMark(folder);
    const database = openExisting(folder, access, leavesNoTrace);
    try {
      database.exec(
        `PRAGMA busy_timeout = 10000; PRAGMA cache_size = -${CACHE_BYTES[access] / 1024}; PRAGMA foreign_keys = OFF`,
      );
      database.exec("PRAGMA cell_size_check = ON");
      // What is deleted is overwritten: a removed text must not be found in the file.
      if (access === "write")
        database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
      if (!hasTables(database)) throw missing(folder);
      database.exec("BEGIN");
      const [damage] = evenDamaged ? [] : findDamage(database, mark);
      database.exec("COMMIT");
      if (damage !== undefined)
        throw new AppError("archive-damaged", `The archive in ${folder} is damaged: ${damage.what}.`, {
          remedy: { code: "repair" },
        });
      return { database, info: readInfo(database, folder) };
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * What of the schema, the commit record and the number of commits is not as it was written. `mark` must have been read before
 * the database was opened.
 */
export function findDamage(database: DatabaseSync, mark: ReturnType<typeof readMark>): RecordDamage[] {
  const damage = findRecordDamage(database);
  // Another version's: that is told when its settings are read.
  if (damage.length === 0 && !isReadable(Number(readSetting(database, "format_version")))) return [];
  const statements = database.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").all();
  const altered = statements.filter(({ sql }) => !SCHEMA.includes(`${sql};`)).map(({ name }) => String(name));
  if (altered.length > 0)
    return [{ what: `the description of ${altered.join(", ")} is not as it was made`, isMendable: false }];
  const commit = Number(readSetting(database, "commit"));
  if (mark !== "damaged" && mark !== undefined && commit < mark)
    damage.unshift({
      what: `the last commits are missing: it stands at commit ${commit}, and ${mark} was durable; the journal ${DATABASE_FILE}-wal was cut, lost or damaged, or another ${DATABASE_FILE} lies in its place`,
      isMendable: true,
    });
  return damage;
}

function openExisting(folder: string, access: "read" | "write", leavesNoTrace: boolean): DatabaseSync {
  const path = databasePath(folder);
  const hasShared = existsSync(`${path}-shm`);
  // Where this user may only read, and nobody has it open, SQLite could not make the files that a reader shares with a writer, and needs none.
  const isUnchanging = isJournalEmpty(path) && (leavesNoTrace || !(hasShared || isWritable(dirname(path))));
  if (access === "read" && (isUnchanging || (leavesNoTrace && hasShared))) {
    const url = pathToFileURL(path);
    // What a crash left in the journal is put in order in memory, where SQLite may not write the file that readers share.
    url.search = isUnchanging ? "?immutable=1" : "?readonly_shm=1";
    return new DatabaseSync(url, { readOnly: true });
  }
  try {
    return new DatabaseSync(path, { readOnly: access === "read" });
  } catch (error) {
    if (sqliteCode(error) === SQLITE_CANTOPEN) throw missing(folder, error);
    throw error;
  }
}

/** Whether all that was committed stands in the database itself: it can be read like a file that nobody writes. */
function isJournalEmpty(path: string): boolean {
  const journal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  return existsSync(path) && (journal === undefined || journal.size === 0);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const missing = (folder: string, cause?: unknown): AppError =>
  new AppError("archive-missing", `There is no archive in ${folder}.`, {
    cause,
    remedy: { code: "make-archive", folder },
  });

function hasTables(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'setting'").get() !== undefined;
}

export function readSetting(database: DatabaseSync, name: string): string {
  const row = database.prepare("SELECT value FROM setting WHERE name = ?").get(name);
  if (typeof row?.value !== "string")
    throw new AppError("archive-damaged", `The archive's database has no setting ${name}.`);
  return row.value;
}

/** The key of the article version that is stored next. */
export const nextKey = (database: DatabaseSync): number => Number(readSetting(database, "next_key"));

export function writeSetting(database: DatabaseSync, name: string, value: string | number): void {
  database.prepare("UPDATE setting SET value = ? WHERE name = ?").run(String(value), name);
}

function readInfo(database: DatabaseSync, folder: string): FolderInfo {
  const formatVersion = Number(readSetting(database, "format_version"));
  if (!isReadable(formatVersion))
    throw new AppError(
      "archive-version",
      `The archive in ${folder} has format ${formatVersion}; this wenxun reads formats up to ${FORMAT_VERSION}.`,
      { remedy: { code: "export-and-import" } },
    );
  return {
    folder,
    formatVersion,
    foldVersion: Number(readSetting(database, "fold_version")),
    encoderFingerprint: readSetting(database, "encoder_fingerprint"),
    dimensions: Number(readSetting(database, "dimensions")),
    timezone: readSetting(database, "timezone"),
    createdAtMs: Number(readSetting(database, "created_ms")),
  };
}
