import type { DatabaseSync } from "node:sqlite";
import { HASH_BYTES } from "../store/article-hash.ts";
import { ArticleStore, nextVersions, type ReadRow, toStoredArticle } from "../store/article-store.ts";
import { nextKey } from "../store/database.ts";
import type { StoredArticle } from "./snapshot.ts";

/** One version of an article, with a name for its content. */
export interface LoggedVersion {
  readonly key: number;
  readonly edition: string;
  /** Undefined where it was replaced or removed since, or is not as it was stored. */
  readonly article: StoredArticle | undefined;
}

/** The versions of articles in the order in which they were stored: by their keys, which only grow. Erased ones are gone. */
export class VersionLog {
  readonly #database: DatabaseSync;
  readonly #store: ArticleStore;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#store = new ArticleStore(database);
  }

  /** The key that was given last; 0 where none ever was. */
  lastKey(): number {
    return nextKey(this.#database) - 1;
  }

  after(key: number, limit: number): LoggedVersion[] {
    const rows = nextVersions(this.#database, key, limit);
    if (rows.length === 0) return [];
    const names = { sources: this.#store.names("source"), categories: this.#store.names("category") };
    return rows.map((row) => this.#toVersion(row, names));
  }

  at(key: number): LoggedVersion | undefined {
    const row = this.#store.byKey(key);
    if (row === undefined) return undefined;
    return this.#toVersion(row, { sources: this.#store.names("source"), categories: this.#store.names("category") });
  }

  /** Whether a version waits for its vector. */
  isUnencoded(key: number): boolean {
    return this.#database.prepare("SELECT 1 FROM unencoded WHERE key = ?").get(key) !== undefined;
  }

  #toVersion(row: ReadRow, { sources, categories }: Names): LoggedVersion {
    const isLive = row.isSound !== false && this.#store.liveByKey(row.key) !== undefined;
    return {
      key: row.key,
      edition: Buffer.from(row.hash.subarray(0, HASH_BYTES)).toString("hex"),
      article: isLive ? toStoredArticle(row, sources, categories) : undefined,
    };
  }
}

interface Names {
  readonly sources: readonly string[];
  readonly categories: readonly string[];
}
