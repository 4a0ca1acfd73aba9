import type { Article } from "../../src/archive/article.ts";
import { AppError } from "../../src/errors.ts";

export interface EarlierPlainEdition {
  readonly article: Article;
  readonly replacedMs: number;
}

/** One version of an article. */
export interface PlainArticle {
  readonly article: Article;
  /** Of its title and body; undefined where the encoder knows nothing in them, or was away. */
  readonly vector: Float32Array | undefined;
  /** The encoder was away when it came. */
  readonly isWaiting: boolean;
  /** Ascending in the order of storing. */
  readonly key: number;
  /** What it said before, oldest first. Default: nothing. */
  readonly earlier?: readonly EarlierPlainEdition[] | undefined;
}

export interface PlainSnapshot {
  readonly name: string;
  readonly articles: ReadonlyMap<string, PlainArticle>;
}

/** Earlier snapshots that can still be asked. */
const KEPT_SNAPSHOTS = 64;

/** What a folder is to another engine: it outlives the archives that are opened on it. Each commit copies the whole map. */
export class PlainStore {
  readonly createdAtMs: number;
  readonly #prefix: string;
  #snapshots: readonly PlainSnapshot[];
  #commits = 0;
  #keys = 0;
  /** A writer is open somewhere. */
  isLocked = false;

  /** @param prefix of the names of its snapshots */
  constructor({
    prefix = "s",
    createdAtMs = Date.now(),
  }: { readonly prefix?: string; readonly createdAtMs?: number } = {}) {
    this.#prefix = prefix;
    this.createdAtMs = createdAtMs;
    this.#snapshots = [this.#name(new Map())];
  }

  get newest(): PlainSnapshot {
    return this.#snapshots.at(-1) ?? this.#name(new Map());
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

  /** The key that was taken last. */
  get lastKey(): number {
    return this.#keys;
  }

  commit(change: (articles: Map<string, PlainArticle>) => void): void {
    const articles = new Map(this.newest.articles);
    change(articles);
    this.#commits++;
    this.#snapshots = [...this.#snapshots, this.#name(articles)].slice(-KEPT_SNAPSHOTS - 1);
  }

  #name(articles: ReadonlyMap<string, PlainArticle>): PlainSnapshot {
    return { name: `${this.#prefix}${this.#commits}`, articles };
  }
}
