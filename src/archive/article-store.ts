import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StoredArticle } from "./archive.ts";

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
}

const COLUMNS = "key, id, title, body, url, source_id, category_id, published_ms";

/** Reads and writes article versions. */
export class ArticleStore {
  readonly #byKey: StatementSync;
  readonly #liveById: StatementSync;
  readonly #versionById: StatementSync;

  constructor(database: DatabaseSync) {
    this.#byKey = database.prepare(`SELECT ${COLUMNS} FROM article WHERE key = ?`);
    this.#liveById = database.prepare(`SELECT ${COLUMNS} FROM article WHERE id = ? AND replaced_ms IS NULL`);
    this.#versionById = database.prepare(
      "SELECT key, hash, published_ms FROM article WHERE id = ? AND replaced_ms IS NULL",
    );
  }

  byKey(key: number): ArticleRow | undefined {
    return toRow(this.#byKey.get(key));
  }

  liveById(id: string): ArticleRow | undefined {
    return toRow(this.#liveById.get(id));
  }

  /** Key and hash of the live version of an article, without its text. */
  versionOf(id: string): { key: number; hash: Uint8Array; publishedAtMs: number | undefined } | undefined {
    const row = this.#versionById.get(id);
    if (row === undefined) return undefined;
    return {
      key: Number(row.key),
      hash: row.hash as Uint8Array,
      publishedAtMs: optionalNumber(row.published_ms),
    };
  }
}

/** Live articles in order of key, a page at a time, so that no transaction stays open between pages. */
export function* liveArticles(database: DatabaseSync, pageSize = 500): Generator<ArticleRow> {
  const page = database.prepare(
    `SELECT ${COLUMNS} FROM article WHERE key > ? AND replaced_ms IS NULL ORDER BY key LIMIT ?`,
  );
  for (let after = 0; ; ) {
    const rows = page.all(after, pageSize).flatMap((row) => toRow(row) ?? []);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.key;
  }
}

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

type SqlRow = Record<string, unknown> | undefined;

function toRow(row: SqlRow): ArticleRow | undefined {
  if (row === undefined) return undefined;
  return {
    key: Number(row.key),
    id: String(row.id),
    title: String(row.title),
    body: String(row.body),
    url: row.url === null ? undefined : String(row.url),
    sourceId: Number(row.source_id),
    categoryId: Number(row.category_id),
    publishedAtMs: optionalNumber(row.published_ms),
  };
}

const optionalNumber = (value: unknown): number | undefined => (value === null ? undefined : Number(value));
