import type { Article } from "../../src/archive/article.ts";
import { AppError } from "../../src/errors.ts";

/** One version of an article. */
export interface PlainArticle {
  readonly article: Article;
  /** Of its title and body; undefined where the encoder knows nothing in them, or was away. */
  readonly vector: Float32Array | undefined;
  /** The encoder was away when it came. */
  readonly isWaiting: boolean;
  /** Ascending in the order of storing. */
  readonly key: number;
}

export interface PlainSnapshot {
  readonly name: string;
  readonly articles: ReadonlyMap<string, PlainArticle>;
}

/** Earlier snapshots that can still be asked. */
const KEPT_SNAPSHOTS = 64;

/** What a folder is to another engine: it outlives the archives that are opened on it. Each commit copies the whole map. */
export class PlainStore {
  readonly createdAtMs = Date.now();
  #snapshots: readonly PlainSnapshot[] = [{ name: "s0", articles: new Map() }];
  #commits = 0;
  #keys = 0;
  /** A writer is open somewhere. */
  isLocked = false;

  get newest(): PlainSnapshot {
    return this.#snapshots.at(-1) ?? { name: "s0", articles: new Map() };
  }

  /** @throws AppError `snapshot-gone`. */
  snapshot(name: string | undefined): PlainSnapshot {
    const snapshot = name === undefined ? this.newest : this.#snapshots.find((kept) => kept.name === name);
    if (snapshot !== undefined) return snapshot;
    throw new AppError(
      "snapshot-gone",
      `There is no snapshot ${name} any more; leave it out to search what is there now.`,
    );
  }

  takeKey(): number {
    return ++this.#keys;
  }

  commit(change: (articles: Map<string, PlainArticle>) => void): void {
    const articles = new Map(this.newest.articles);
    change(articles);
    this.#commits++;
    this.#snapshots = [...this.#snapshots, { name: `s${this.#commits}`, articles }].slice(-KEPT_SNAPSHOTS - 1);
  }
}
