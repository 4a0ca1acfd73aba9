import { AppError } from "../../errors.ts";
import { findRow } from "../segment/find-row.ts";
import { type Segment, viewSegment } from "../segment/segment.ts";
import type { SegmentData } from "../segment/segment-data.ts";
import { translateErrors } from "../store/archive-errors.ts";
import { isAsStored } from "../store/article-hash.ts";
import { type ArticleStore, damagedArticle, type ReadRow, toStoredArticle } from "../store/article-store.ts";
import type { TermBoard } from "../terms/term-board.ts";
import type { SegmentView, Snapshot, StoredArticle } from "./snapshot.ts";

/** A snapshot as data. Can be posted to another thread: what is large in it lies in shared memory. */
export interface SnapshotData {
  /** Names the snapshot; the same name gives the same results. */
  readonly name: string;
  readonly encoderFingerprint: string;
  readonly foldVersion: number;
  readonly articleCount: number;
  readonly totalTermCount: number;
  readonly sources: readonly string[];
  readonly categories: readonly string[];
  readonly segments: readonly SnapshotSegment[];
}

export interface SnapshotSegment {
  readonly data: SegmentData;
  /** One byte per row, 0 = replaced or removed; undefined when every row is live. */
  readonly live: Uint8Array | undefined;
}

/** What a thread reads snapshots with; none of it belongs to one of them. */
export interface SnapshotTools {
  /** Folder of the archive. */
  readonly folder: string;
  readonly store: ArticleStore;
  readonly board: TermBoard;
}

export const toSnapshotName = (commit: number): string => `c${commit}`;

/** A snapshot in use by one thread, with that thread's segments and database connection. {@link Snapshot}s are handed out of it. */
export class LoadedSnapshot {
  readonly data: SnapshotData;
  readonly #segments: readonly Segment[];
  readonly #views: readonly SegmentView[];
  readonly #store: ArticleStore;
  readonly #folder: string;

  /** @param segments those of the snapshot, in its order */
  constructor(data: SnapshotData, segments: readonly Segment[], { folder, store, board }: SnapshotTools) {
    this.data = data;
    this.#segments = segments;
    this.#views = segments.map((segment, index) => viewSegment(segment, data.segments[index]?.live, board));
    this.#store = store;
    this.#folder = folder;
  }

  /** @param release called once, when the snapshot is disposed */
  toSnapshot(release: () => void): Snapshot {
    const { name, encoderFingerprint, foldVersion, articleCount, totalTermCount } = this.data;
    const { sources, categories } = this.data;
    let open = true;
    return {
      name,
      encoderFingerprint,
      foldVersion,
      articleCount,
      totalTermCount,
      sources,
      categories,
      segments: this.#views,
      reading: (work) => translateErrors(this.#folder, () => this.#store.reading(work)),
      articles: (keys) => translateErrors(this.#folder, () => keys.map((key) => this.#article(key))),
      articleById: (id) => translateErrors(this.#folder, () => this.#toArticle(this.#store.liveById(id))),
      locate: (key) => translateErrors(this.#folder, () => this.#locate(key)),
      [Symbol.dispose]: () => {
        if (open) release();
        open = false;
      },
    };
  }

  #article(key: number): StoredArticle | undefined {
    const row = this.#store.byKey(key);
    // What the newest snapshot shows is there; what an older one shows may have been cleared away since.
    if (row === undefined && toSnapshotName(this.#store.commit()) === this.data.name)
      throw new AppError("archive-damaged", `Article version ${key} is missing in the database of ${this.#folder}.`, {
        remedy: { code: "verify" },
      });
    return this.#toArticle(row);
  }

  /** @throws AppError `archive-damaged` when it is not the article that was stored. */
  #toArticle(row: ReadRow | undefined): StoredArticle | undefined {
    if (row === undefined) return undefined;
    const article = toStoredArticle(row, this.#names("source", row.sourceId), this.#names("category", row.categoryId));
    if (!(row.isSound ?? isAsStored(article, row))) throw damagedArticle(this.#folder, row.id);
    return article;
  }

  /** A version that is newer than the snapshot may have a newer source or category. */
  #names(kind: "source" | "category", id: number): readonly string[] {
    const names = kind === "source" ? this.data.sources : this.data.categories;
    return id < names.length ? names : this.#store.names(kind);
  }

  #locate(key: number): { segment: SegmentView; row: number } | undefined {
    const article = this.#store.byKey(key);
    if (article === undefined) return undefined;
    for (const [index, { columns }] of this.#segments.entries()) {
      const row = findRow(columns, key, article.publishedAtMs);
      const view = this.#views[index];
      if (row !== undefined && view !== undefined && view.live?.[row] !== 0) return { segment: view, row };
    }
    return undefined;
  }
}
