import type { DatabaseSync, StatementSync } from "node:sqlite";
import { AppError } from "../../errors.ts";
import type { StoredArticle } from "../read/snapshot.ts";
import { fromStored, type StoredText } from "../texts/stored-text.ts";
import { readSetting } from "./database.ts";
import { type NameKind, readNames } from "./names.ts";
import { isSoundRow } from "./row-checksum.ts";

/** An article row before its ids of source and category are replaced by their names. */
export interface ArticleRow {
  readonly key: number;
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly url: string | undefined;
  readonly sourceId: number;
  readonly categoryId: number;
  readonly publishedAtMs: number | undefined;
  /** See article-hash.ts. */
  readonly hash: Uint8Array;
}

/** A row that was read. */
export interface ReadRow extends ArticleRow {
  /** Whether it is as it was written; undefined where only the hash can tell. */
  readonly isSound: boolean | undefined;
}

/** Of a version, in `article` and in `edition`. */
export const COLUMNS = "key, id, title, body, url, source_id, category_id, published_ms, hash";

export interface ArticleVersion {
  readonly key: number;
  readonly hash: Uint8Array;
  readonly publishedAtMs: number | undefined;
  /** 0: it names none. */
  readonly sourceId: number;
  readonly url: string | undefined;
}

/** Reads and writes article versions. */
export class ArticleStore {
  readonly #database: DatabaseSync;
  readonly #byKey: StatementSync;
  readonly #liveByKey: StatementSync;
  readonly #liveById: StatementSync;
  readonly #versionById: StatementSync;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#byKey = database.prepare(`SELECT ${COLUMNS} FROM article WHERE key = ?`);
    // A search reads tens of them: without an object whose properties are looked up by name.
    this.#byKey.setReturnArrays(true);
    this.#liveByKey = database.prepare(`SELECT ${COLUMNS} FROM article WHERE key = ? AND replaced_ms IS NULL`);
    this.#liveById = database.prepare(`SELECT ${COLUMNS} FROM article WHERE id = ? AND replaced_ms IS NULL`);
    this.#versionById = database.prepare(
      "SELECT key, hash, published_ms, source_id, url FROM article WHERE id = ? AND replaced_ms IS NULL",
    );
    this.#begin = database.prepare("BEGIN");
    this.#end = database.prepare("COMMIT");
  }

  /** Does something that reads many articles in one transaction: one for each takes as long as to read it. */
  reading<T>(work: () => T): T {
    if (this.#database.isTransaction) return work();
    this.#begin.run();
    try {
      return work();
    } finally {
      // A damaged file may have ended it.
      if (this.#database.isTransaction) this.#end.run();
    }
  }

  byKey(key: number): ReadRow | undefined {
    const values = this.#byKey.get(key) as unknown as readonly unknown[] | undefined;
    return values === undefined ? undefined : toReadRow(values);
  }

  /** Undefined also for a version that was superseded. */
  liveByKey(key: number): ReadRow | undefined {
    return toRow(this.#liveByKey.get(key));
  }

  liveById(id: string): ReadRow | undefined {
    return toRow(this.#liveById.get(id));
  }

  /** Number of the newest commit. */
  commit(): number {
    return Number(readSetting(this.#database, "commit"));
  }

  /** By id; index 0 is the empty name. */
  names(kind: NameKind): string[] {
    return readNames(this.#database, kind);
  }

  /** Key and hash of the live version of an article, and where it came from, without its text. */
  versionOf(id: string): ArticleVersion | undefined {
    const row = this.#versionById.get(id);
    if (row === undefined) return undefined;
    return {
      key: Number(row.key),
      hash: row.hash as Uint8Array,
      publishedAtMs: optionalNumber(row.published_ms),
      sourceId: Number(row.source_id),
      url: row.url === null ? undefined : fromStored(row.url),
    };
  }
}

/**
 * Live articles in order of key, a page at a time, so that no transaction stays open between pages. Of a damaged table, whose keys
 * may be out of order, what can be read; some of it twice.
 */
export function* liveArticles(database: DatabaseSync, pageSize = 500): Generator<ReadRow> {
  const page = database.prepare(
    `SELECT ${COLUMNS} FROM article WHERE key > ? AND replaced_ms IS NULL ORDER BY key LIMIT ?`,
  );
  for (let after = 0; ; ) {
    const rows = page.all(after, pageSize).flatMap((row) => toRow(row) ?? []);
    yield* rows;
    const highest = rows.reduce((most, { key }) => Math.max(most, key), after);
    if (highest === after) return;
    after = highest;
  }
}

/** The next versions after `key`, live or not. */
export const nextVersions = (database: DatabaseSync, key: number, limit: number): ReadRow[] =>
  database
    .prepare(`SELECT ${COLUMNS} FROM article WHERE key > ? ORDER BY key LIMIT ?`)
    .all(key, limit)
    .flatMap((row) => toRow(row) ?? []);

export function toStoredArticle(
  row: ArticleRow,
  sources: readonly string[],
  categories: readonly string[],
): StoredArticle {
  const { key, id, title, body, url, publishedAtMs } = row;
  return {
    key,
    id,
    title,
    body,
    url,
    source: sources[row.sourceId] || undefined,
    category: categories[row.categoryId] || undefined,
    publishedAtMs,
  };
}

export const damagedArticle = (folder: string, id: string): AppError =>
  new AppError(
    "archive-damaged",
    `Article ${id} in ${folder} is not as it was stored. A repair sets it aside; import it again after that.`,
    { remedy: { code: "repair" } },
  );

export function toRow(row: Record<string, unknown> | undefined): ReadRow | undefined {
  if (row === undefined) return undefined;
  const { key, id, title, body, url, source_id, category_id, published_ms, hash } = row;
  return toReadRow([key, id, title, body, url, source_id, category_id, published_ms, hash]);
}

/** @param values those of {@link COLUMNS}, in their order */
function toReadRow(values: readonly unknown[]): ReadRow {
  const [key, anyId, anyTitle, anyBody, anyUrl, anySource, anyCategory, anyMs, anyHash] = values;
  const id = String(anyId);
  const title = asStored(anyTitle);
  const body = asStored(anyBody);
  const url = anyUrl === null ? null : asStored(anyUrl);
  const sourceId = Number(anySource);
  const categoryId = Number(anyCategory);
  const publishedMs = anyMs === null ? null : Number(anyMs);
  const hash = anyHash instanceof Uint8Array ? anyHash : new Uint8Array();
  return {
    key: Number(key),
    id,
    title: fromStored(title),
    body: fromStored(body),
    url: url === null ? undefined : fromStored(url),
    sourceId,
    categoryId,
    publishedAtMs: publishedMs ?? undefined,
    hash,
    isSound: isSoundRow(hash, { id, title, body, url, sourceId, categoryId, publishedMs }),
  };
}

/** A damaged row may hold anything. */
const asStored = (value: unknown): StoredText => (value instanceof Uint8Array ? value : String(value));

const optionalNumber = (value: unknown): number | undefined => (value === null ? undefined : Number(value));
