import type {
  Activity,
  Archive,
  ArchiveInfo,
  ArchiveStats,
  ReadOptions,
  ScanOptions,
} from "../../src/archive/archive.ts";
import type { Article } from "../../src/archive/article.ts";
import type { Edition, EditionSummary } from "../../src/archive/edition.ts";
import type { EncodedQuery } from "../../src/archive/encoded-query.ts";
import type { SearchRequest, SimilarOptions } from "../../src/archive/request.ts";
import type { Compared, Hit, SearchFindings } from "../../src/archive/result.ts";
import type { ArchiveWriter } from "../../src/archive/writer.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { AppError } from "../../src/errors.ts";
import { dotProduct } from "../../src/search/unit-vectors.ts";
import { fold } from "../../src/text/fold.ts";
import { findPlainly, findSimilarPlainly } from "./plain-search.ts";
import { PlainStore } from "./plain-store.ts";
import { PlainWriter } from "./plain-writer.ts";

export interface PlainArchiveOptions {
  readonly encoder: Encoder;
  readonly timezone: string;
  /** Default: an empty one of its own. */
  readonly store?: PlainStore | undefined;
  /** Default true. */
  readonly writing?: boolean | undefined;
}

/**
 * A second engine: everything stands in maps in memory, and a search looks at every article. Nothing clever, so that it can be
 * believed, and a proof that a product needs no more of an archive than its port.
 */
export class PlainArchive implements Archive {
  readonly info: ArchiveInfo;
  readonly supports: Archive["supports"];
  readonly #store: PlainStore;
  readonly #encoder: Encoder;
  #writer: PlainWriter | undefined;
  #borrowers = 0;
  #isClosed = false;

  constructor({ encoder, timezone, store = new PlainStore(), writing = true }: PlainArchiveOptions) {
    const { fingerprint: encoderFingerprint, dimensions } = encoder;
    this.info = { encoderFingerprint, dimensions, timezone, createdAtMs: store.createdAtMs };
    this.supports = { snapshots: true, exactCounts: true, writing, maintenance: false, editions: true };
    this.#store = store;
    this.#encoder = encoder;
  }

  async search(request: SearchRequest, encoded: EncodedQuery, options?: ReadOptions): Promise<SearchFindings> {
    this.#check(options);
    const snapshot = this.#store.snapshot(request.snapshot);
    return findPlainly(snapshot, request, this.#toUsable(encoded), this.info.timezone);
  }

  async article(id: string, options?: ReadOptions): Promise<Article | undefined> {
    this.#check(options);
    return this.#store.newest.articles.get(id)?.article;
  }

  async editions(id: string, options?: ReadOptions): Promise<readonly EditionSummary[] | undefined> {
    return (await this.#allEditions(id, options))?.map(({ article: { title, publishedAtMs }, ...about }) => ({
      ...about,
      title,
      publishedAtMs,
    }));
  }

  async edition(id: string, number: number, options?: ReadOptions): Promise<Edition | undefined> {
    return (await this.#allEditions(id, options))?.[number - 1];
  }

  async #allEditions(id: string, options?: ReadOptions): Promise<readonly Edition[] | undefined> {
    this.#check(options);
    const newest = this.#store.newest.articles.get(id);
    if (newest === undefined) return undefined;
    const { earlier = [] } = newest;
    return [...earlier.map(({ article }) => article), newest.article].map((article, index) => {
      const sinceMs = earlier[index - 1]?.replacedMs;
      return { number: index + 1, ...(sinceMs !== undefined && { sinceMs }), article };
    });
  }

  async similar(id: string, options: SimilarOptions & ReadOptions): Promise<readonly Hit[] | undefined> {
    this.#check(options);
    const { articles } = this.#store.newest;
    const own = articles.get(id);
    return own === undefined ? undefined : findSimilarPlainly(articles, own, options);
  }

  async compare(id: string, encoded: EncodedQuery, options?: ReadOptions): Promise<Compared | undefined> {
    this.#check(options);
    const found = this.#store.newest.articles.get(id);
    if (found === undefined) return undefined;
    const { article, vector } = found;
    const { vector: query } = this.#toUsable(encoded);
    if (query === undefined) return { article, isComparable: false };
    return { article, isComparable: true, ...(vector === undefined ? {} : { semantic: dotProduct(query, vector) }) };
  }

  async stamp(): Promise<string> {
    this.#check();
    return `${this.info.createdAtMs} ${this.#store.newest.name}`;
  }

  async stats(): Promise<ArchiveStats> {
    this.#check();
    const { name, articles } = this.#store.newest;
    const all = [...articles.values()];
    const distinct = (read: (article: Article) => string | undefined): number =>
      new Set(all.map(({ article }) => fold(read(article) ?? "")).filter((name) => name !== "")).size;
    const times = all.flatMap(({ article }) => article.publishedAtMs ?? []);
    return {
      snapshot: name,
      encoderFingerprint: this.#encoder.fingerprint,
      articles: all.length,
      withoutVector: all.filter(({ isWaiting }) => isWaiting).length,
      sources: distinct(({ source }) => source),
      categories: distinct(({ category }) => category),
      ...(times.length > 0 && { span: { fromMs: Math.min(...times), toMs: Math.max(...times) } }),
    };
  }

  async *articles({ snapshot, signal }: ScanOptions = {}): AsyncIterableIterator<Article> {
    this.#check();
    for (const { article } of this.#store.snapshot(snapshot).articles.values()) {
      signal?.throwIfAborted();
      yield article;
    }
  }

  async borrowWriter(): Promise<ArchiveWriter> {
    this.#check();
    if (!this.supports.writing) throw new AppError("unavailable", "This archive is only read.");
    if (this.#writer === undefined) {
      if (this.#store.isLocked) throw new AppError("archive-locked", "Another writes.");
      this.#store.isLocked = true;
      this.#writer = new PlainWriter(this.#store, this.#encoder);
    }
    this.#borrowers++;
    return this.#writer.lend(() => {
      this.#borrowers--;
      if (this.#borrowers > 0) return;
      this.#store.isLocked = false;
      this.#writer = undefined;
    });
  }

  async activity(): Promise<Activity | undefined> {
    return this.#writer?.activity;
  }

  load(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #check({ signal }: ReadOptions = {}): void {
    if (this.#isClosed) throw new AppError("unavailable", "The archive has been closed.");
    signal?.throwIfAborted();
  }

  /** What was encoded with another encoder says nothing here. */
  #toUsable(encoded: EncodedQuery): EncodedQuery {
    const isForeign = encoded.vector !== undefined && encoded.fingerprint !== this.#encoder.fingerprint;
    return isForeign ? { notice: "encoder-changed" } : encoded;
  }
}
