import { basename } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { ArchiveInfo } from "../../archive/archive.ts";
import { AppError } from "../../errors.ts";
import { createPostingsTarget, decodePostings } from "../segment/postings.ts";
import { readColumns } from "../segment/segment.ts";
import { SegmentFile } from "../segment/segment-file.ts";
import { TermDirectory } from "../segment/term-directory.ts";
import { toArchiveError } from "../store/archive-errors.ts";
import { isAsStored } from "../store/article-hash.ts";
import { liveArticles, toStoredArticle } from "../store/article-store.ts";
import { MARK_FILE, readMark } from "../store/commit-mark.ts";
import { findDamage, nextKey, openDatabase, readSetting, segmentPath } from "../store/database.ts";
import { allEditions } from "../store/edition-store.ts";
import { readNames } from "../store/names.ts";
import { readSegmentRecords, readStagedRecords, type SegmentRecord } from "../store/segment-set.ts";
import { findStrayFiles } from "../store/stray-files.ts";
import { notAsStored } from "./not-as-stored.ts";

export interface Problem {
  /** `database`, or the name of a segment file. */
  readonly where: string;
  readonly what: string;
  /** The segment to rebuild from its articles. */
  readonly segmentId?: number;
  /** False where only a backup helps. */
  readonly isMendable: boolean;
}

export interface VerifyReport {
  readonly articles: number;
  readonly segments: number;
  readonly rows: number;
  readonly problems: readonly Problem[];
  /** Files that no commit names: being written now, or left by a crash, and then deleted by the next writer. */
  readonly leftovers: readonly string[];
  /** Keys of live articles that stand in no sound segment. */
  readonly missingKeys: readonly number[];
  /** Keys of live articles that are not as they were stored. */
  readonly damagedKeys: readonly number[];
  /** Keys of earlier editions that are not as they were stored. */
  readonly damagedEditions: readonly number[];
  /** Live rows that should be dead: of versions that were superseded, or that stand in two segments. */
  readonly surplusRows: readonly { readonly segmentId: number; readonly row: number }[];
}

/** More problems of one kind than this are counted, not listed. */
const LISTED = 20;
/** How often a state is taken when merges remove its segments before they are opened. */
const OPEN_ATTEMPTS = 5;

/**
 * Reads everything in an archive and compares it: every checksum, the order of every column and posting list, every reference
 * between segments and articles, and the counts. Changes nothing; a writer may work beside it.
 * @throws AppError `archive-missing`, `archive-version`, and `archive-damaged` when the database cannot be read at all.
 */
export function verifyArchive(folder: string): VerifyReport {
  const mark = readMark(folder);
  const { database, info } = openDatabase(folder, "read", { evenDamaged: true });
  let segments: readonly OpenedSegment[] = [];
  try {
    segments = openState(folder, database);
    const problems: Problem[] = findDamage(database, mark).map((damage) => ({ where: "database", ...damage }));
    if (mark === "damaged") problems.push({ where: MARK_FILE, what: "it is not as it was written", isMendable: true });
    checkDatabase(database, problems);
    const { articles, damaged } = readLiveArticles(database);
    if (damaged.size > 0)
      problems.push({
        where: "database",
        what: `${notAsStored(damaged.size, "article")}: ${listed([...damaged.values()])}`,
        isMendable: true,
      });
    const damagedEditions = findDamagedEditions(database);
    if (damagedEditions.size > 0)
      problems.push({
        where: "database",
        what: `${notAsStored(damagedEditions.size, "earlier edition")}, of ${listed([...damagedEditions.values()])}`,
        isMendable: true,
      });
    const missing = new Set(articles.keys());
    const surplusRows: { segmentId: number; row: number }[] = [];
    for (const segment of segments) {
      const found = checkSegment(segment, database, segment.isStaged ? undefined : info);
      problems.push(...found);
      if (found.length === 0 && !segment.isStaged)
        checkRows(segment, { articles, damaged, missing, surplusRows, problems });
    }
    const records = segments.filter(({ isStaged }) => !isStaged).map(({ record }) => record);
    if (missing.size > 0)
      problems.push({
        where: "database",
        what: `${missing.size === 1 ? "1 article stands" : `${missing.size} articles stand`} in no sound segment and cannot be found by a search, e.g. ${listed([...missing].map((key) => articles.get(key)?.id ?? String(key)))}`,
        isMendable: true,
      });
    return {
      articles: articles.size,
      segments: records.length,
      rows: records.reduce((sum, { rows }) => sum + rows, 0),
      problems,
      leftovers: findStrayFiles(folder, database),
      missingKeys: [...missing],
      damagedKeys: [...damaged.keys()],
      damagedEditions: [...damagedEditions.keys()],
      surplusRows,
    };
  } catch (error) {
    throw toArchiveError(folder, error);
  } finally {
    for (const { file } of segments) if (file instanceof SegmentFile) file.close();
    database.close();
  }
}

interface OpenedSegment {
  readonly path: string;
  readonly record: SegmentRecord;
  /** Made by a reindex that has not put it in its place yet. */
  readonly isStaged: boolean;
  /** The open file, or the reason why it cannot be opened. */
  readonly file: SegmentFile | AppError;
}

/**
 * Begins a transaction and opens the segments of its state, before a merge beside can take one away. What cannot be opened
 * though no commit came in between is damaged.
 */
function openState(folder: string, database: DatabaseSync): OpenedSegment[] {
  let commit: string | undefined;
  for (let attempt = 1; ; attempt++) {
    database.exec("BEGIN");
    const now = readSetting(database, "commit");
    const segments = [
      ...readStagedRecords(database).map((record) => openSegment(folder, record, true)),
      ...readSegmentRecords(database).map((record) => openSegment(folder, record, false)),
    ];
    const files = segments.flatMap(({ file }) => (file instanceof SegmentFile ? [file] : []));
    if (files.length === segments.length || now === commit || attempt === OPEN_ATTEMPTS) return segments;
    for (const file of files) file.close();
    database.exec("COMMIT");
    commit = now;
  }
}

function openSegment(folder: string, record: SegmentRecord, isStaged: boolean): OpenedSegment {
  const path = segmentPath(folder, record.id);
  try {
    return { path, record, isStaged, file: new SegmentFile(path) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { path, record, isStaged, file: error };
  }
}

interface LiveArticle {
  readonly id: string;
  readonly publishedAtMs: number;
  readonly sourceId: number;
  readonly categoryId: number;
}

function checkDatabase(database: DatabaseSync, problems: Problem[]): void {
  const report = (what: string, isMendable: boolean): number => problems.push({ where: "database", what, isMendable });
  for (const row of database.prepare(`PRAGMA integrity_check(${LISTED})`).all()) {
    const what = String(row.integrity_check);
    // An index is made again from its table.
    if (what !== "ok") report(what, / index /.test(what));
  }
  for (const [kind, column] of [
    ["source", "source_id"],
    ["category", "category_id"],
  ] as const) {
    const highest = Number(database.prepare(`SELECT max(${column}) AS highest FROM article`).get()?.highest ?? 0);
    if (highest >= readNames(database, kind).length)
      report(`an article names ${kind} ${highest}, which does not exist`, false);
  }
  const highestKey = Number(database.prepare("SELECT max(key) AS highest FROM article").get()?.highest ?? 0);
  if (highestKey >= nextKey(database)) report(`article ${highestKey} is beyond the next key`, false);
}

/** What verify keeps of the live articles; of those that are not as they were stored, the ids. */
function readLiveArticles(database: DatabaseSync): {
  articles: Map<number, LiveArticle>;
  damaged: Map<number, string>;
} {
  const [sources, categories] = [readNames(database, "source"), readNames(database, "category")];
  const articles = new Map<number, LiveArticle>();
  const damaged = new Map<number, string>();
  for (const row of liveArticles(database)) {
    const { key, id, publishedAtMs = Number.NEGATIVE_INFINITY, sourceId, categoryId } = row;
    articles.set(key, { id, publishedAtMs, sourceId, categoryId });
    if (row.isSound === false || !isAsStored(toStoredArticle(row, sources, categories), row)) damaged.set(key, id);
  }
  return { articles, damaged };
}

/** Ids of the articles, by key of the edition. */
function findDamagedEditions(database: DatabaseSync): Map<number, string> {
  const [sources, categories] = [readNames(database, "source"), readNames(database, "category")];
  const damaged = new Map<number, string>();
  for (const row of allEditions(database))
    if (row.isSound === false || !isAsStored(toStoredArticle(row, sources, categories), row))
      damaged.set(row.key, row.id);
  return damaged;
}

/** Problems within one segment file; `archive` is left out for one that a reindex has not put in its place yet. */
function checkSegment(
  { path, record, file }: OpenedSegment,
  database: DatabaseSync,
  archive?: Pick<ArchiveInfo, "encoderFingerprint" | "dimensions">,
): Problem[] {
  const problems: Problem[] = [];
  const report = (what: string): void => {
    problems.push({ where: basename(path), what, segmentId: record.id, isMendable: true });
  };
  if (!(file instanceof SegmentFile)) report(file.message);
  else {
    const row = database.prepare("SELECT * FROM segment WHERE id = ?").get(record.id);
    if (file.footerCrc32 !== row?.footer_crc32 || file.bytes !== row.bytes || file.footer.rows !== record.rows)
      report("it is not the file that was committed under this name");
    if (
      archive !== undefined &&
      (row?.encoder !== archive.encoderFingerprint || file.footer.dimensions !== archive.dimensions)
    )
      report(`its vectors are of encoder ${row?.encoder} (${file.footer.dimensions} dimensions)`);
    for (const name of file.damagedSections()) report(`the checksum of section ${name} is wrong`);
    if (problems.length === 0) checkOrder(file, report);
    const beyond = Number(
      database
        .prepare("SELECT count(*) AS beyond FROM dead WHERE segment_id = ? AND (row < 0 OR row >= ?)")
        .get(record.id, record.rows)?.beyond,
    );
    if (beyond > 0) report(`${beyond} rows marked dead do not exist`);
  }
  return problems;
}

function checkOrder(file: SegmentFile, report: (what: string) => void): void {
  const { keys, times } = readColumns(file);
  for (let row = 1; row < keys.length; row++) {
    const before = times[row - 1] as number;
    const time = times[row] as number;
    if (before > time || (before === time && (keys[row - 1] as number) >= (keys[row] as number))) {
      report(`row ${row} is out of order`);
      break;
    }
  }
  const target = createPostingsTarget();
  let previous = { high: -1, low: -1 };
  let terms = 0;
  let wrong: string | undefined;
  for (const entry of new TermDirectory(file).all()) {
    terms++;
    if (entry.high < previous.high || (entry.high === previous.high && entry.low <= previous.low))
      wrong ??= `term ${terms} is out of order`;
    previous = entry;
    const bytes = new Uint8Array(entry.bytes);
    file.read("postings", entry.offset, bytes);
    decodePostings(bytes, entry.documentFrequency, { from: 0, to: keys.length }, target);
    if (target.count !== entry.documentFrequency) wrong ??= `term ${terms} has rows that do not exist`;
  }
  if (wrong !== undefined) report(wrong);
  if (terms !== file.footer.terms) report(`it has ${terms} terms and says ${file.footer.terms}`);
}

interface Comparison {
  readonly articles: ReadonlyMap<number, LiveArticle>;
  readonly damaged: ReadonlyMap<number, string>;
  /** Articles that have not been found in a segment yet. */
  readonly missing: Set<number>;
  readonly surplusRows: { segmentId: number; row: number }[];
  readonly problems: Problem[];
}

/** Compares the live rows of a sound segment with the articles. */
function checkRows(
  { path, record, file }: OpenedSegment,
  { articles, damaged, missing, surplusRows, problems }: Comparison,
): void {
  if (!(file instanceof SegmentFile)) return;
  const { keys, times, sources, categories } = readColumns(file);
  const surplus: Comparison["surplusRows"] = [];
  const wrong: string[] = [];
  for (let row = 0; row < keys.length; row++) {
    if (record.live?.[row] === 0) continue;
    const key = keys[row] as number;
    const article = articles.get(key);
    if (article === undefined || !missing.delete(key)) surplus.push({ segmentId: record.id, row });
    if (article === undefined) wrong.push(`row ${row} shows version ${key}, which is not in the archive`);
    else if (damaged.has(key)) continue;
    else if (
      article.publishedAtMs !== times[row] ||
      article.sourceId !== sources[row] ||
      article.categoryId !== categories[row]
    )
      wrong.push(`row ${row} disagrees with article ${article.id} about its date, source or category`);
    else if (surplus.at(-1)?.row === row) wrong.push(`row ${row} shows article ${article.id} a second time`);
  }
  surplusRows.push(...surplus);
  if (wrong.length > 0)
    problems.push({
      where: basename(path),
      what: listed(wrong),
      isMendable: true,
      // A segment that disagrees with its articles is rebuilt; rows that are merely surplus are marked dead.
      ...(wrong.length > surplus.length ? { segmentId: record.id } : {}),
    });
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, LISTED).join("; ");
  return items.length > LISTED ? `${shown}; and ${items.length - LISTED} more` : shown;
}
