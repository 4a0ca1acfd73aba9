import type {
  Activity,
  Archive,
  ArchiveInfo,
  ArchiveState,
  ArchiveStats,
  ReadOptions,
  ScanOptions,
} from "../archive/archive.ts";
import type { Article } from "../archive/article.ts";
import type { ArticleHistory, Edition, EditionSummary } from "../archive/edition.ts";
import type { EncodedQuery } from "../archive/encoded-query.ts";
import type { SearchRequest, SimilarOptions } from "../archive/request.ts";
import type { Compared, Hit, SearchFindings } from "../archive/result.ts";
import type { ArchiveWriter } from "../archive/writer.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { AppError } from "../errors.ts";
import { isSnapshotGone, readAgainWhenGone } from "../search/read-again-when-gone.ts";
import { dotProduct } from "../search/unit-vectors.ts";
import { isPartOf, listBehind } from "./index/behind-alias.ts";
import type { ClusterSnapshot } from "./index/commits.ts";
import type { OpenIndex } from "./index/open-index.ts";
import { unpackVector } from "./index/pack-vector.ts";
import { countStats } from "./read/count-stats.ts";
import { readDocument } from "./read/read-document.ts";
import { scanArticles, scanHistories } from "./read/scan-articles.ts";
import { StoredOrder } from "./read/stored-order.ts";
import { toEditions, toSummary } from "./read/to-editions.ts";
import { findSimilar } from "./search/find-similar.ts";
import { createCaches, type SearchCaches } from "./search/search-caches.ts";
import { searchSnapshot } from "./search/search-snapshot.ts";
import { ClusterWriter } from "./write/cluster-writer.ts";
import { WriteLock } from "./write/write-lock.ts";

export interface ClusterArchiveOptions {
  readonly index: OpenIndex;
  /** What articles are encoded with. */
  readonly encoder: Encoder;
}

/** The archive in a cluster of OpenSearch: any number of processes may have it open, one of them writes at a time. */
export class ClusterArchive implements Archive {
  readonly supports = { snapshots: true, exactCounts: true, writing: true, maintenance: false, editions: true };
  readonly encoder: Encoder;
  readonly #index: OpenIndex;
  readonly #caches: SearchCaches = createCaches();
  #writer: Promise<ClusterWriter> | undefined;
  #current: ClusterWriter | undefined;
  #borrowers = 0;
  #closing: Promise<void> | undefined;

  constructor({ index, encoder }: ClusterArchiveOptions) {
    this.#index = index;
    this.encoder = encoder;
  }

  get info(): ArchiveInfo {
    return this.#index.info;
  }

  async search(request: SearchRequest, encoded: EncodedQuery, options: ReadOptions = {}): Promise<SearchFindings> {
    this.#check(options);
    return this.#reading(request.snapshot, options, (snapshot) =>
      searchSnapshot({
        index: this.#index,
        snapshot,
        request,
        encoded: this.#toUsable(encoded),
        caches: this.#caches,
        signal: options.signal,
      }),
    );
  }

  async article(id: string, options: ReadOptions = {}): Promise<Article | undefined> {
    this.#check(options);
    return (await readDocument(this.#index, id, options.signal))?.article;
  }

  async editions(id: string, options: ReadOptions = {}): Promise<readonly EditionSummary[] | undefined> {
    this.#check(options);
    const document = await readDocument(this.#index, id, options.signal);
    return document && toEditions(document).map(toSummary);
  }

  async edition(id: string, number: number, options: ReadOptions = {}): Promise<Edition | undefined> {
    this.#check(options);
    const document = await readDocument(this.#index, id, options.signal);
    return document && toEditions(document)[number - 1];
  }

  async similar(id: string, options: SimilarOptions & ReadOptions): Promise<readonly Hit[] | undefined> {
    this.#check(options);
    const document = await readDocument(this.#index, id, options.signal);
    if (document === undefined) return undefined;
    return this.#reading(undefined, options, (snapshot) =>
      findSimilar({ index: this.#index, snapshot, caches: this.#caches, signal: options.signal }, document, options),
    );
  }

  async compare(id: string, encoded: EncodedQuery, options: ReadOptions = {}): Promise<Compared | undefined> {
    this.#check(options);
    const document = await readDocument(this.#index, id, options.signal);
    if (document === undefined) return undefined;
    const { article, packedVector } = document;
    const { vector } = this.#toUsable(encoded);
    if (vector === undefined) return { article, isComparable: false };
    const semantic = packedVector === undefined ? {} : { semantic: dotProduct(vector, unpackVector(packedVector)) };
    return { article, isComparable: true, ...semantic };
  }

  /** Its articles in the order in which they were stored. */
  get storedOrder(): StoredOrder {
    return new StoredOrder({
      index: this.#index,
      caches: this.#caches,
      reading: (read) => this.#reading(undefined, {}, read),
    });
  }

  async stats(): Promise<ArchiveStats> {
    this.#check();
    return this.#reading(undefined, {}, (snapshot) => countStats(this.#index, snapshot));
  }

  async *articles({ snapshot: name, signal }: ScanOptions = {}): AsyncIterableIterator<Article> {
    this.#check({ signal });
    const snapshot = await this.#index.commits.named(name);
    yield* scanArticles(this.#index, snapshot, signal);
  }

  async *histories({ snapshot: name, signal }: ScanOptions = {}): AsyncIterableIterator<ArticleHistory> {
    this.#check({ signal });
    const snapshot = await this.#index.commits.named(name);
    yield* scanHistories(this.#index, snapshot, signal);
  }

  async borrowWriter(): Promise<ArchiveWriter> {
    this.#check();
    this.#borrowers++;
    try {
      this.#writer ??= ClusterWriter.open(this.#index, this.encoder);
      const writer = await this.#writer;
      this.#current = writer;
      return writer.lend(() => this.#giveBack(writer));
    } catch (error) {
      this.#borrowers--;
      if (this.#borrowers === 0) this.#writer = undefined;
      throw error;
    }
  }

  async activity(): Promise<Activity | undefined> {
    if (this.#closing !== undefined) return undefined;
    const own = this.#current?.activity;
    if (own !== undefined) return own;
    try {
      return await WriteLock.activityIn(this.#index.meta);
    } catch {
      // Whoever asks wants to show what is being done; that the cluster is away, searches tell.
      return undefined;
    }
  }

  async inspect(): Promise<ArchiveState> {
    this.#check();
    const indices = await listBehind(this.#index);
    if (indices.length === 0) return "gone";
    return indices.every((name) => isPartOf(name, this.#index)) ? "sound" : "replaced";
  }

  load(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const writer = await this.#writer?.catch(() => undefined);
    await writer?.release();
    await this.#index.client.close();
  }

  async #giveBack(writer: ClusterWriter): Promise<void> {
    this.#borrowers--;
    if (this.#borrowers > 0) return;
    this.#writer = undefined;
    this.#current = undefined;
    await writer.release();
  }

  /** Reads a snapshot; the newest one is opened again where the cluster has lost it, as when a node died. */
  async #reading<T>(
    name: string | undefined,
    { signal }: ReadOptions,
    read: (snapshot: ClusterSnapshot) => Promise<T>,
  ): Promise<T> {
    const { commits } = this.#index;
    return readAgainWhenGone(async () => {
      signal?.throwIfAborted();
      const snapshot = await commits.named(name);
      try {
        return await read(snapshot);
      } catch (error) {
        if (isSnapshotGone(error)) await commits.forget(snapshot);
        throw error;
      }
    });
  }

  #check({ signal }: ReadOptions = {}): void {
    if (this.#closing !== undefined) throw new AppError("unavailable", "The archive has been closed.");
    signal?.throwIfAborted();
  }

  /** What was encoded with another encoder says nothing here. */
  #toUsable(encoded: EncodedQuery): EncodedQuery {
    const isForeign = encoded.vector !== undefined && encoded.fingerprint !== this.info.encoderFingerprint;
    return isForeign ? { notice: "encoder-changed" } : encoded;
  }
}
