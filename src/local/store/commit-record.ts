import type { DatabaseSync } from "node:sqlite";
import { SegmentFile } from "../segment/segment-file.ts";
import { toStored } from "../texts/stored-text.ts";
import { articleHash, isAsStored } from "./article-hash.ts";
import { type ArticleRow, nextVersions, toStoredArticle } from "./article-store.ts";
import { writeMark } from "./commit-mark.ts";
import { CODED_TEXTS_FORMAT, REMOVED_TABLE, raiseFormat, readFormat, readSetting, writeSetting } from "./database.ts";
import { readNames } from "./names.ts";
import { addToSum, deadRowSum, Sum, sealRecord } from "./record-check.ts";
import { withChecksum } from "./row-checksum.ts";

/** Superseded versions of articles stay readable for this long, for searches that began before. */
export const KEEP_REPLACED_MS = 10 * 60_000;

/** A row of a segment that no longer shows a live version. */
export interface DeadRow {
  readonly segmentId: number;
  readonly row: number;
}

export interface NewSegment {
  readonly id: number;
  readonly path: string;
  /** Fingerprint of the encoder of its vectors. */
  readonly encoder: string;
  /** The segment it will replace once a reindex is complete; undefined: part of the archive at once. */
  readonly stagedFor?: number;
}

/**
 * Changes the archive in `folder` in one transaction: all of it is durable when this returns, or none of it when it throws.
 */
export function inTransaction(folder: string, database: DatabaseSync, change: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  let commit: number;
  try {
    change();
    commit = Number(readSetting(database, "commit"));
    sealRecord(database);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
  writeMark(folder, commit);
}

/** Makes the transaction a new state of the archive, which readers notice and snapshots name. */
export function countCommit(database: DatabaseSync): void {
  writeSetting(database, "commit", Number(readSetting(database, "commit")) + 1);
}

export const nextSegmentId = (database: DatabaseSync): number => Number(readSetting(database, "next_segment"));

/** Names a finished segment file. */
export function recordSegment(database: DatabaseSync, segment: NewSegment): void {
  const file = new SegmentFile(segment.path);
  const { bytes, footerCrc32, footer } = file;
  file.close();
  database
    .prepare("INSERT INTO segment (id, encoder, rows, bytes, footer_crc32, staged_for) VALUES (?, ?, ?, ?, ?, ?)")
    .run(segment.id, segment.encoder, footer.rows, bytes, footerCrc32, segment.stagedFor ?? null);
  // One that was begun before others may be finished after them.
  writeSetting(database, "next_segment", Math.max(nextSegmentId(database), segment.id + 1));
}

export function forgetSegments(database: DatabaseSync, ids: readonly number[]): void {
  const forget = database.prepare("DELETE FROM segment WHERE id = ?");
  const dead = database.prepare("SELECT row FROM dead WHERE segment_id = ?");
  const forgetDead = database.prepare("DELETE FROM dead WHERE segment_id = ?");
  const forgotten = new Sum();
  for (const id of ids) {
    forget.run(id);
    for (const { row } of dead.iterate(id)) forgotten.add(deadRowSum(id, Number(row)));
    forgetDead.run(id);
  }
  addToSum(database, "dead_sum", forgotten);
}

export function markDead(database: DatabaseSync, rows: readonly DeadRow[]): void {
  const mark = database.prepare("INSERT OR IGNORE INTO dead (segment_id, row) VALUES (?, ?)");
  const marked = new Sum();
  for (const { segmentId, row } of rows)
    if (mark.run(segmentId, row).changes === 1) marked.add(deadRowSum(segmentId, row));
  addToSum(database, "dead_sum", marked);
}

export type NewVersion = ArticleRow;

/** A version as its row holds it, in the order of the columns. */
export type StoredVersion = readonly (string | number | Uint8Array | null)[];

/** The rows of versions, their texts coded where the archive's format has that. */
export function toStoredVersions(database: DatabaseSync, versions: readonly NewVersion[]): readonly StoredVersion[] {
  // Archives of an earlier format can still be read by the version that made them.
  const isCoded = readFormat(database) >= CODED_TEXTS_FORMAT;
  return versions.map(
    ({ key, id, hash, title, body, url = null, sourceId, categoryId, publishedAtMs = null }): StoredVersion => {
      const texts = isCoded ? code({ title, body, url }) : { title, body, url };
      const row = { ...texts, id: id.toWellFormed(), sourceId, categoryId, publishedMs: publishedAtMs };
      const sum = isCoded ? withChecksum(hash, row) : hash;
      return [key, row.id, sum, row.title, row.body, row.url, sourceId, categoryId, row.publishedMs];
    },
  );
}

export function insertVersions(database: DatabaseSync, versions: readonly StoredVersion[]): void {
  const insert = database.prepare(
    "INSERT INTO article (key, id, hash, title, body, url, source_id, category_id, published_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  for (const version of versions) insert.run(...version);
}

/**
 * Codes the texts of the next `limit` versions after `key` that are as they were typed. What is damaged stays as it is. Returns the last
 * key that was looked at, or undefined at the end.
 */
export function codeTexts(database: DatabaseSync, key: number, limit: number): number | undefined {
  raiseFormat(database);
  const change = database.prepare("UPDATE article SET title = ?, body = ?, url = ?, hash = ? WHERE key = ?");
  const [sources, categories] = [readNames(database, "source"), readNames(database, "category")];
  const rows = nextVersions(database, key, limit);
  for (const read of rows) {
    const article = toStoredArticle(read, sources, categories);
    if (read.isSound !== undefined || !isAsStored(article, read)) continue;
    const { key: own, title, body, url = null, publishedAtMs = null, ...rest } = read;
    const row = { ...rest, ...code({ title, body, url }), publishedMs: publishedAtMs };
    change.run(row.title, row.body, row.url, withChecksum(articleHash(article), row), own);
  }
  return rows.at(-1)?.key;
}

/** The texts of a version as they are kept. */
const code = ({ title, body, url }: { title: string; body: string; url: string | null }) => ({
  title: toStored(title),
  body: toStored(body),
  url: url === null ? null : toStored(url),
});

/** Takes versions out of the archive; their texts stay for a while. */
export function retireVersions(database: DatabaseSync, keys: readonly number[]): void {
  const now = Date.now();
  const retire = database.prepare("UPDATE article SET replaced_ms = ? WHERE key = ?");
  for (const key of keys) retire.run(now, key);
  setEncoded(database, keys, true);
  database.prepare("DELETE FROM article WHERE replaced_ms < ?").run(now - KEEP_REPLACED_MS);
}

/** Notes removed articles, whose versions are to be erased: also those that were superseded before. */
export function noteRemoved(
  database: DatabaseSync,
  articles: readonly { readonly id: string; readonly key: number }[],
): void {
  database.exec(`${REMOVED_TABLE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")}`);
  const note = database.prepare("INSERT OR IGNORE INTO removed (key) VALUES (?)");
  const earlier = database.prepare("SELECT key FROM article WHERE replaced_ms IS NOT NULL AND id = ?");
  for (const { id, key } of articles) {
    note.run(key);
    for (const version of earlier.all(id)) note.run(Number(version.key));
  }
}

const hasRemovedTable = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'removed'").get() !== undefined;

const keptSinceMs = (): number => Date.now() - KEEP_REPLACED_MS;

/** True while there are versions whose texts nobody may read any more. */
export function hasErasable(database: DatabaseSync): boolean {
  const expired = database.prepare("SELECT 1 FROM article WHERE replaced_ms < ? LIMIT 1").get(keptSinceMs());
  if (expired !== undefined) return true;
  return hasRemovedTable(database) && database.prepare("SELECT 1 FROM removed LIMIT 1").get() !== undefined;
}

/** Deletes the versions of removed articles, and those that are kept no longer: SQLite overwrites them with zeros. */
export function eraseRemoved(database: DatabaseSync): void {
  database.prepare("DELETE FROM article WHERE replaced_ms < ?").run(keptSinceMs());
  if (!hasRemovedTable(database)) return;
  database.exec("DELETE FROM article WHERE key IN (SELECT key FROM removed); DELETE FROM removed");
}

/** Takes what was erased out of the journal too, unless somebody reads an earlier state for longer than the connection waits. */
export function emptyJournal(database: DatabaseSync): void {
  database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
}

/** Notes which versions wait for a vector. */
export function setEncoded(database: DatabaseSync, keys: readonly number[], isEncoded: boolean): void {
  const note = database.prepare(
    isEncoded ? "DELETE FROM unencoded WHERE key = ?" : "INSERT OR IGNORE INTO unencoded (key) VALUES (?)",
  );
  for (const key of keys) note.run(key);
}

export function unencodedKeys(database: DatabaseSync, limit: number): number[] {
  const waiting = database.prepare("SELECT key FROM unencoded ORDER BY key LIMIT ?").all(limit);
  return waiting.map((row) => Number(row.key));
}

export const countUnencoded = (database: DatabaseSync): number =>
  Number(database.prepare("SELECT count(*) AS waiting FROM unencoded").get()?.waiting);
