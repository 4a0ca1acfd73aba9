import type {
  Activity,
  Archive,
  ArchiveInfo,
  ArchiveState,
  ArchiveStats,
  ArchiveSupports,
  ReadOptions,
  ScanOptions,
} from "../archive/archive.ts";
import type { Article } from "../archive/article.ts";
import type { Edition, EditionSummary } from "../archive/edition.ts";
import type { EncodedQuery } from "../archive/encoded-query.ts";
import type { SearchRequest, SimilarOptions } from "../archive/request.ts";
import type { Compared, Hit, SearchFindings } from "../archive/result.ts";
import type { ArchiveWriter } from "../archive/writer.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { AppError } from "../errors.ts";
import type { Resources } from "../resources/resources.ts";
import type { SearchedArchive } from "../search/search.ts";
import { countStats } from "./read/count-stats.ts";
import { Reader } from "./read/reader.ts";
import { scanArticles } from "./read/scan-articles.ts";
import { searchInThisThread } from "./search/searcher.ts";
import { keepsEditions } from "./store/edition-store.ts";
import { SharedWriter } from "./write/shared-writer.ts";

export interface LocalArchiveOptions {
  readonly folder: string;
  readonly resources: Resources;
  /** Gives the encoder to write with; which one it is may depend on what made the archive's vectors. */
  readonly loadEncoder: (info: ArchiveInfo) => Promise<Encoder>;
  /** Segments are merged after a write, in a thread, while other writes go on; otherwise as a part of it. Default false. */
  readonly mergesBeside?: boolean | undefined;
  /** A batch is encoded while the one before is stored, by an encoder that does not hold this thread. Default false. */
  readonly encodesAhead?: boolean | undefined;
  /** Told of a merge beside that failed; the next write tries again. */
  readonly onMergeError?: ((error: unknown) => void) | undefined;
}

/** What a local archive consists of. */
interface Parts {
  readonly reader: Reader;
  readonly writer: SharedWriter;
  readonly encoder: Encoder;
}

/** The archive in a folder, opened: one reader and one writer for all who use it. Searches run in the calling thread. */
export class LocalArchive implements Archive {
  readonly supports: ArchiveSupports;
  readonly reader: Reader;
  readonly writer: SharedWriter;
  readonly encoder: Encoder;
  readonly #searched: SearchedArchive;
  #stats: Omit<ArchiveStats, "withoutVector" | "changedAtMs"> | undefined;
  #closing: Promise<void> | undefined;

  constructor({ reader, writer, encoder }: Parts) {
    const editions = keepsEditions(reader.info.formatVersion);
    this.supports = { snapshots: true, exactCounts: true, writing: true, maintenance: true, editions };
    this.reader = reader;
    this.writer = writer;
    this.encoder = encoder;
    this.#searched = searchInThisThread(reader);
  }

  get info(): Reader["info"] {
    return this.reader.info;
  }

  async search(request: SearchRequest, encoded: EncodedQuery, options?: ReadOptions): Promise<SearchFindings> {
    this.#check(options);
    return this.reader.withProof(await this.#searched.search(request, encoded, options));
  }

  async article(id: string, options?: ReadOptions): Promise<Article | undefined> {
    this.#check(options);
    return this.#searched.article(id);
  }

  async editions(id: string, options?: ReadOptions): Promise<readonly EditionSummary[] | undefined> {
    this.#check(options);
    return this.reader.editions(id);
  }

  async edition(id: string, number: number, options?: ReadOptions): Promise<Edition | undefined> {
    this.#check(options);
    return this.reader.edition(id, number);
  }

  async similar(id: string, options: SimilarOptions & ReadOptions): Promise<readonly Hit[] | undefined> {
    this.#check(options);
    return this.#searched.similar(id, options);
  }

  async compare(id: string, encoded: EncodedQuery, options?: ReadOptions): Promise<Compared | undefined> {
    this.#check(options);
    return this.#searched.compare(id, encoded);
  }

  async stats(): Promise<ArchiveStats> {
    this.#check();
    using snapshot = await this.reader.snapshot();
    const stats = this.#stats?.snapshot === snapshot.name ? this.#stats : countStats(snapshot);
    this.#stats = stats;
    return { ...stats, withoutVector: this.reader.unencodedCount(), changedAtMs: this.reader.changedAtMs() };
  }

  async *articles({ snapshot: name, signal }: ScanOptions = {}): AsyncIterableIterator<Article> {
    this.#check();
    using snapshot = await this.reader.snapshot(name);
    yield* scanArticles(snapshot, signal);
  }

  async borrowWriter(): Promise<ArchiveWriter> {
    this.#check();
    return this.writer.borrow();
  }

  async activity(): Promise<Activity | undefined> {
    return this.reader.activity();
  }

  async inspect(): Promise<ArchiveState> {
    this.#check();
    return this.reader.inspect();
  }

  async stamp(): Promise<string> {
    this.#check();
    const { createdAtMs } = this.info;
    using snapshot = await this.reader.snapshot();
    return `${createdAtMs} ${snapshot.name} ${this.reader.changedAtMs()}`;
  }

  load(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    this.#closing ??= this.writer[Symbol.asyncDispose]().then(() => this.reader.close());
    return this.#closing;
  }

  #check({ signal }: ReadOptions = {}): void {
    if (this.#closing !== undefined) throw new AppError("unavailable", "The archive has been closed.");
    signal?.throwIfAborted();
  }
}

/**
 * An archive whose vectors another encoder made is opened all the same: it is searched by words, and what is written waits for a
 * vector, until it is reindexed.
 * @throws AppError `archive-missing`, `archive-damaged`, `archive-version`, `io`, and what `loadEncoder` throws.
 */
export async function openLocalArchive(options: LocalArchiveOptions): Promise<LocalArchive> {
  const { folder, resources, mergesBeside = false, encodesAhead } = options;
  const reader = await Reader.open(folder, resources);
  try {
    const encoder = await options.loadEncoder(reader.info);
    const writer = new SharedWriter({
      open: async () => {
        // What writes is loaded with the first who does.
        const { Writer } = await import("./write/writer.ts");
        return Writer.open({ folder, encoder, resources, mergesBeside, encodesAhead });
      },
      onError: options.onMergeError ?? (() => {}),
    });
    return new LocalArchive({ reader, writer, encoder });
  } catch (error) {
    await reader.close();
    throw error;
  }
}
