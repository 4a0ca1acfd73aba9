import type { DatabaseSync } from "node:sqlite";
import { fromStored } from "../texts/stored-text.ts";
import { COLUMNS, type ReadRow, toRow } from "./article-store.ts";
import { CODED_TEXTS_FORMAT, EDITIONS_FORMAT, raiseFormat, readFormat } from "./database.ts";

/** A version of an article that another edition took the place of. */
export interface EarlierEdition {
  readonly key: number;
  readonly title: string;
  readonly publishedAtMs: number | undefined;
  readonly replacedMs: number;
}

/** Whether an archive keeps editions: one of the first format is written so that the version that made it can still read it. */
export const keepsEditions = (formatVersion: number): boolean => formatVersion >= CODED_TEXTS_FORMAT;

const hasTable = (database: DatabaseSync): boolean => readFormat(database) >= EDITIONS_FORMAT;

/** Keeps versions of articles as earlier editions, before they are retired. */
export function keepEditions(database: DatabaseSync, keys: readonly number[]): void {
  if (keys.length === 0 || !keepsEditions(readFormat(database))) return;
  raiseFormat(database);
  const keep = database.prepare(
    `INSERT INTO edition (${COLUMNS}, replaced_ms) SELECT ${COLUMNS}, ? FROM article WHERE key = ?`,
  );
  const nowMs = Date.now();
  for (const key of keys) keep.run(nowMs, key);
}

/** Deletes every earlier edition of articles: SQLite overwrites them with zeros. */
export function removeEditions(database: DatabaseSync, ids: readonly string[]): void {
  if (!hasTable(database)) return;
  const remove = database.prepare("DELETE FROM edition WHERE id = ?");
  for (const id of ids) remove.run(id);
}

/** Deletes single ones, by key. */
export function dropEditions(database: DatabaseSync, keys: readonly number[]): void {
  if (!hasTable(database)) return;
  const drop = database.prepare("DELETE FROM edition WHERE key = ?");
  for (const key of keys) drop.run(key);
}

/** The earlier editions of an article, oldest first. */
export function listEditions(database: DatabaseSync, id: string): EarlierEdition[] {
  if (!hasTable(database)) return [];
  return database
    .prepare("SELECT key, title, published_ms, replaced_ms FROM edition WHERE id = ? ORDER BY key")
    .all(id)
    .map(({ key, title, published_ms, replaced_ms }) => ({
      key: Number(key),
      title: fromStored(title),
      publishedAtMs: published_ms === null ? undefined : Number(published_ms),
      replacedMs: Number(replaced_ms),
    }));
}

export function readEdition(database: DatabaseSync, key: number): ReadRow | undefined {
  return hasTable(database)
    ? toRow(database.prepare(`SELECT ${COLUMNS} FROM edition WHERE key = ?`).get(key))
    : undefined;
}

/** Every earlier edition, ascending by key. */
export function* allEditions(database: DatabaseSync): Generator<ReadRow> {
  if (!hasTable(database)) return;
  for (const row of database.prepare(`SELECT ${COLUMNS} FROM edition ORDER BY key`).iterate()) {
    const edition = toRow(row);
    if (edition !== undefined) yield edition;
  }
}
