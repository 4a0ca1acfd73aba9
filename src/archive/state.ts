import type { SegmentView, Snapshot, StoredArticle } from "./archive.ts";
import { type ArticleRow, type ArticleStore, toStoredArticle } from "./article-store.ts";
import { findRow } from "./segment/find-row.ts";
import { type Segment, viewSegment } from "./segment/segment.ts";
import type { SegmentData } from "./segment/segment-data.ts";
import type { TermBoard } from "./terms/term-board.ts";

/** One committed state of the archive. Can be posted to another thread: what is large in it lies in shared memory. */
export interface StateData {
  /** Names the state; the same name gives the same results. */
  readonly name: string;
  readonly encoderFingerprint: string;
  readonly articleCount: number;
  readonly totalTermCount: number;
  readonly sources: readonly string[];
  readonly categories: readonly string[];
  readonly segments: readonly StateSegment[];
}

export interface StateSegment {
  readonly data: SegmentData;
  /** One byte per row, 0 = replaced or removed; undefined when every row is live. */
  readonly live: Uint8Array | undefined;
}

/** What a thread reads states with; none of it belongs to a state. */
export interface StateTools {
  readonly store: ArticleStore;
  readonly board: TermBoard;
}

/** A state in use by one thread, with that thread's segments and database connection. Snapshots are taken of it. */
export class StateView {
  readonly data: StateData;
  readonly #segments: readonly Segment[];
  readonly #views: readonly SegmentView[];
  readonly #store: ArticleStore;

  /** @param segments those of the state, in its order */
  constructor(data: StateData, segments: readonly Segment[], { store, board }: StateTools) {
    this.data = data;
    this.#segments = segments;
    this.#views = segments.map((segment, index) => viewSegment(segment, data.segments[index]?.live, board));
    this.#store = store;
  }

  /** @param release called once, when the snapshot is disposed */
  toSnapshot(release: () => void): Snapshot {
    const { name, encoderFingerprint, articleCount, totalTermCount, sources, categories } = this.data;
    let open = true;
    return {
      name,
      encoderFingerprint,
      articleCount,
      totalTermCount,
      sources,
      categories,
      segments: this.#views,
      articles: (keys) => keys.map((key) => this.#toArticle(this.#store.byKey(key))),
      articleById: (id) => this.#toArticle(this.#store.liveById(id)),
      locate: (key) => this.#locate(key),
      [Symbol.dispose]: () => {
        if (open) release();
        open = false;
      },
    };
  }

  #toArticle(row: ArticleRow | undefined): StoredArticle | undefined {
    return row === undefined ? undefined : toStoredArticle(row, this.data.sources, this.data.categories);
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
