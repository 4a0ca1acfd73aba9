import { readdirSync } from "node:fs";
import { basename } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { AppError } from "../errors.ts";
import { openDatabase, readSetting, segmentFolder, segmentPath, toArchiveError } from "./database.ts";
import { readNames } from "./names.ts";
import { createPostingsTarget, decodePostings } from "./segment/postings.ts";
import { readColumns } from "./segment/segment.ts";
import { SegmentFile } from "./segment/segment-file.ts";
import { TermDirectory } from "./segment/term-directory.ts";
import { readSegmentRecords, type SegmentRecord } from "./segment-set.ts";

export interface Problem {
  /** `database`, or the name of a segment file. */
  readonly where: string;
  readonly what: string;
  /** The segment to rebuild from its articles; undefined where only a backup helps. */
  readonly segmentId?: number;
}

export interface VerifyReport {
  readonly articles: number;
  readonly segments: number;
  readonly rows: number;
  readonly problems: readonly Problem[];
  /** Files that no commit names, left by a crash; the next writer deletes them. */
  readonly leftovers: readonly string[];
  /** Keys of live articles that stand in no sound segment. */
  readonly missingKeys: readonly number[];
  /** Live rows that should be dead: of versions that were superseded, or that stand in two segments. */
  readonly surplusRows: readonly { readonly segmentId: number; readonly row: number }[];
}

/** More problems of one kind than this are counted, not listed. */
const LISTED = 20;

/**
 * Reads everything in an archive and compares it: every checksum, the order of every column and posting list, every reference
 * between segments and articles, and the counts. Changes nothing; a writer may work beside it.
 * @throws AppError `archive-missing`, `archive-version`, and `archive-damaged` when the database cannot be read at all.
 */
export function verifyArchive(folder: string): VerifyReport {
  const { database, info } = openDatabase(folder, "read");
  try {
    database.exec("BEGIN");
    const problems: Problem[] = [];
    checkDatabase(database, problems);
    const records = readSegmentRecords(database);
    const articles = readLiveArticles(database);
    const missing = new Set(articles.keys());
    const surplusRows: { segmentId: number; row: number }[] = [];
    for (const record of records) {
      const found = checkSegment(folder, database, record, info.encoderFingerprint, info.dimensions);
      problems.push(...found);
      if (found.length === 0) checkRows(folder, record, articles, missing, surplusRows, problems);
    }
    if (missing.size > 0)
      problems.push({
        where: "database",
        what: `${missing.size} articles stand in no sound segment and cannot be found by a search, e.g. ${listed([...missing].map((key) => articles.get(key)?.id ?? String(key)))}`,
      });
    return {
      articles: articles.size,
      segments: records.length,
      rows: records.reduce((sum, { rows }) => sum + rows, 0),
      problems,
      leftovers: findLeftovers(folder, database),
      missingKeys: [...missing],
      surplusRows,
    };
  } catch (error) {
    throw toArchiveError(folder, error);
  } finally {
    database.close();
  }
}

interface LiveArticle {
  readonly id: string;
  readonly publishedAtMs: number;
  readonly sourceId: number;
  readonly categoryId: number;
}

function checkDatabase(database: DatabaseSync, problems: Problem[]): void {
  const results = database.prepare(`PRAGMA integrity_check(${LISTED})`).all();
  for (const row of results) {
    const what = String(row.integrity_check);
    if (what !== "ok") problems.push({ where: "database", what });
  }
  for (const [kind, column] of [
    ["source", "source_id"],
    ["category", "category_id"],
  ] as const) {
    const highest = Number(database.prepare(`SELECT max(${column}) AS highest FROM article`).get()?.highest ?? 0);
    if (highest >= readNames(database, kind).length)
      problems.push({ where: "database", what: `an article names ${kind} ${highest}, which does not exist` });
  }
  const highestKey = Number(database.prepare("SELECT max(key) AS highest FROM article").get()?.highest ?? 0);
  if (highestKey >= Number(readSetting(database, "next_key")))
    problems.push({ where: "database", what: `article ${highestKey} is beyond the next key` });
}

function readLiveArticles(database: DatabaseSync): Map<number, LiveArticle> {
  const articles = new Map<number, LiveArticle>();
  const rows = database.prepare(
    "SELECT key, id, published_ms, source_id, category_id FROM article WHERE replaced_ms IS NULL",
  );
  for (const row of rows.iterate())
    articles.set(Number(row.key), {
      id: String(row.id),
      publishedAtMs: row.published_ms === null ? Number.NEGATIVE_INFINITY : Number(row.published_ms),
      sourceId: Number(row.source_id),
      categoryId: Number(row.category_id),
    });
  return articles;
}

/** Problems within one segment file. */
function checkSegment(
  folder: string,
  database: DatabaseSync,
  record: SegmentRecord,
  encoder: string,
  dimensions: number,
): Problem[] {
  const path = segmentPath(folder, record.id);
  const problems: Problem[] = [];
  const report = (what: string): void => {
    problems.push({ where: basename(path), what, segmentId: record.id });
  };
  let file: SegmentFile;
  try {
    file = new SegmentFile(path);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    report(error.message);
    return problems;
  }
  try {
    const row = database.prepare("SELECT * FROM segment WHERE id = ?").get(record.id);
    if (file.footerCrc32 !== row?.footer_crc32 || file.bytes !== row.bytes || file.footer.rows !== record.rows)
      report("it is not the file that was committed under this name");
    if (row?.encoder !== encoder || file.footer.dimensions !== dimensions)
      report(`its vectors are of encoder ${row?.encoder} (${file.footer.dimensions} dimensions)`);
    for (const name of file.damagedSections()) report(`the checksum of section ${name} is wrong`);
    if (problems.length === 0) checkOrder(file, report);
    const beyond = Number(
      database
        .prepare("SELECT count(*) AS beyond FROM dead WHERE segment_id = ? AND (row < 0 OR row >= ?)")
        .get(record.id, record.rows)?.beyond,
    );
    if (beyond > 0) report(`${beyond} rows marked dead do not exist`);
  } finally {
    file.close();
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
    decodePostings(bytes, entry.documentFrequency, 0, keys.length, target);
    if (target.count !== entry.documentFrequency) wrong ??= `term ${terms} has rows that do not exist`;
  }
  if (wrong !== undefined) report(wrong);
  if (terms !== file.footer.terms) report(`it has ${terms} terms and says ${file.footer.terms}`);
}

/** Compares the live rows of a sound segment with the articles; found ones leave `missing`. */
function checkRows(
  folder: string,
  record: SegmentRecord,
  articles: ReadonlyMap<number, LiveArticle>,
  missing: Set<number>,
  surplus: { segmentId: number; row: number }[],
  problems: Problem[],
): void {
  const path = segmentPath(folder, record.id);
  const file = new SegmentFile(path);
  const { keys, times, sources, categories } = readColumns(file);
  file.close();
  const wrong: string[] = [];
  for (let row = 0; row < keys.length; row++) {
    if (record.live?.[row] === 0) continue;
    const key = keys[row] as number;
    const article = articles.get(key);
    if (article === undefined || !missing.delete(key)) surplus.push({ segmentId: record.id, row });
    if (article === undefined) wrong.push(`row ${row} shows version ${key}, which is not in the archive`);
    else if (
      article.publishedAtMs !== times[row] ||
      article.sourceId !== sources[row] ||
      article.categoryId !== categories[row]
    )
      wrong.push(`row ${row} disagrees with article ${article.id} about its date, source or category`);
    else if (surplus.at(-1)?.row === row && surplus.at(-1)?.segmentId === record.id)
      wrong.push(`row ${row} shows article ${article.id} a second time`);
  }
  if (wrong.length > 0)
    problems.push({
      where: basename(path),
      what: listed(wrong),
      // A segment that disagrees with its articles is rebuilt; rows that are merely surplus are marked dead.
      ...(wrong.length > surplus.length ? { segmentId: record.id } : {}),
    });
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, LISTED).join("; ");
  return items.length > LISTED ? `${shown}; and ${items.length - LISTED} more` : shown;
}

function findLeftovers(folder: string, database: DatabaseSync): string[] {
  const known = new Set(
    database
      .prepare("SELECT id FROM segment")
      .all()
      .map((row) => basename(segmentPath(folder, Number(row.id)))),
  );
  return readdirSync(segmentFolder(folder)).filter((name) => !known.has(name));
}
