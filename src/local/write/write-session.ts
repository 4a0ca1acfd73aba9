import type { DatabaseSync } from "node:sqlite";
import type { ActivityKind } from "../../archive/archive.ts";
import type { Encoder } from "../../encoder/encoder.ts";
import { AppError } from "../../errors.ts";
import type { Lease, Resources } from "../../resources/resources.ts";
import { ActivityFile } from "../read/activity.ts";
import { buildHere, type SegmentBuilder } from "../segment/segment-builder.ts";
import { toArchiveError } from "../store/archive-errors.ts";
import { ArticleStore } from "../store/article-store.ts";
import { borrowDatabase, type FolderInfo, type OpenDatabase } from "../store/database.ts";
import { assertEncoder, isOfEncoder } from "../store/encoder-match.ts";
import { NameTable } from "../store/names.ts";
import { removeStrayFiles } from "../store/stray-files.ts";
import { Commit } from "./commit.ts";
import { OpenSegments } from "./open-segments.ts";
import { takeWriteLock } from "./write-lock.ts";

export interface SessionOptions {
  readonly folder: string;
  readonly encoder: Encoder;
  readonly resources: Resources;
  /** Opens a damaged archive, to mend it. Default false. */
  readonly evenDamaged?: boolean;
  /** Who builds new segments. Default: {@link buildHere}. */
  readonly builder?: SegmentBuilder | undefined;
}

/** Tells others how much of a long work is done: articles so far, and the share of the whole, 0–1. */
export type ShowProgress = (done: number, share: number) => void;

/** What whoever holds the write lock works with. Dispose it to give the lock back. */
export class WriteSession implements Disposable {
  readonly folder: string;
  readonly info: FolderInfo;
  readonly database: DatabaseSync;
  readonly store: ArticleStore;
  readonly sources: NameTable;
  readonly categories: NameTable;
  readonly segments: OpenSegments;
  readonly activity: ActivityFile;
  readonly builder: SegmentBuilder;
  readonly #encoder: Encoder;
  readonly #held: readonly Disposable[];

  private constructor(options: SessionOptions, lease: Lease<OpenDatabase>, lock: Disposable) {
    const { database, info } = lease.value;
    this.folder = options.folder;
    this.info = info;
    this.database = database;
    this.store = new ArticleStore(database);
    this.sources = new NameTable(database, "source");
    this.categories = new NameTable(database, "category");
    this.segments = new OpenSegments(options.folder, database, options.resources);
    this.activity = new ActivityFile(options.folder);
    this.builder = options.builder ?? buildHere;
    this.#encoder = options.encoder;
    this.#held = [this.segments, this.activity, lease, lock];
  }

  /**
   * With an encoder that did not make the archive's vectors, articles are stored without one; a damaged archive is not opened with it.
   * @throws AppError `archive-missing`, `archive-locked`, `archive-damaged`, `archive-version`, `encoder-mismatch`, `io`.
   */
  static async open(options: SessionOptions): Promise<WriteSession> {
    const { folder, resources, encoder, evenDamaged = false } = options;
    const lease = await borrowDatabase(resources, folder, "write", { evenDamaged });
    let lock: Disposable | undefined;
    try {
      lock = takeWriteLock(folder);
      if (evenDamaged) assertEncoder(lease.value.info, encoder);
      const session = new WriteSession(options, lease, lock);
      removeStrayFiles(folder, lease.value.database);
      return session;
    } catch (error) {
      lock?.[Symbol.dispose]();
      lease[Symbol.dispose]();
      throw toArchiveError(folder, error);
    }
  }

  /** A transaction to which changes are added. */
  commit(): Commit {
    return new Commit({
      folder: this.folder,
      database: this.database,
      encoderFingerprint: this.info.encoderFingerprint,
      names: [this.sources, this.categories],
      release: (ids) => this.segments.release(ids),
    });
  }

  /**
   * Vectors of texts, or undefined when the encoder is away or is another than the archive's: the articles are kept and encoded
   * later.
   */
  async encode(texts: readonly string[]): Promise<(Float32Array | undefined)[] | undefined> {
    if (!isOfEncoder(this.info, this.#encoder)) return undefined;
    try {
      return await this.#encoder.encode(texts, { role: "document" });
    } catch (error) {
      if (error instanceof AppError && ["encoder-unavailable", "encoder-mismatch"].includes(error.code))
        return undefined;
      throw error;
    }
  }

  /** Lets others see what is being done, until it ends. */
  async showing<T>(what: ActivityKind, work: (show: ShowProgress) => Promise<T>): Promise<T> {
    try {
      return await work((done, share) => this.activity.show(what, done, share));
    } finally {
      this.activity.clear();
    }
  }

  [Symbol.dispose](): void {
    for (const held of this.#held) held[Symbol.dispose]();
  }
}
