import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { ActivityKind, ArchiveInfo } from "../../archive/archive.ts";
import type { Article } from "../../archive/article.ts";
import type { ArchiveWriter, FinishReport, PutResult } from "../../archive/writer.ts";
import type { Encoder } from "../../encoder/encoder.ts";
import { AppError } from "../../errors.ts";
import type { Lease, Resources } from "../../resources/resources.ts";
import { ActivityFile } from "../read/activity.ts";
import type { StoredArticle } from "../read/snapshot.ts";
import { buildSegment, type NewRow } from "../segment/build-segment.ts";
import type { Columns } from "../segment/columns.ts";
import { findRow } from "../segment/find-row.ts";
import {
  type MergeInput,
  type MergeOptions,
  type MergeResult,
  type MergeSegments,
  mergeSegments,
} from "../segment/merge-segments.ts";
import type { Segment } from "../segment/segment.ts";
import { articleHash, isAsStored } from "../store/article-hash.ts";
import { ArticleStore, toStoredArticle } from "../store/article-store.ts";
import {
  countCommit,
  countUnencoded,
  type DeadRow,
  forgetSegments,
  insertVersions,
  inTransaction,
  markDead,
  type NewVersion,
  nextSegmentId,
  recordSegment,
  retireVersions,
  setEncoded,
  unencodedKeys,
} from "../store/commit-record.ts";
import {
  borrowDatabase,
  type OpenDatabase,
  readSetting,
  segmentFolder,
  segmentPath,
  toArchiveError,
  writeSetting,
} from "../store/database.ts";
import { embeddingText } from "../store/embedding-text.ts";
import { assertEncoder } from "../store/encoder-match.ts";
import { NameTable } from "../store/names.ts";
import { renewDeadSum } from "../store/record-check.ts";
import { borrowSegment, countLive, readSegmentRecords, type SegmentRecord } from "../store/segment-set.ts";
import { type MergeCandidate, pickForCompaction, pickTier } from "./merge-policy.ts";
import { takeWriteLock } from "./write-lock.ts";

/** Articles indexed in one go when they are in the database already. */
const REWRITE_BATCH = 512;

interface ArticleVersion {
  readonly key: number;
  readonly publishedAtMs?: number | undefined;
}

export interface WriterOptions {
  readonly folder: string;
  readonly encoder: Encoder;
  readonly resources: Resources;
  /** Opens a damaged archive, to mend it. Default false. */
  readonly evenDamaged?: boolean;
  /** Leaves merging after a write to {@link Writer.mergeBeside}. Default false. */
  readonly mergesBeside?: boolean;
}

/** A merge that has been decided on. */
interface MergePlan {
  readonly id: number;
  readonly path: string;
  readonly records: readonly SegmentRecord[];
  readonly inputs: readonly MergeInput[];
}

/**
 * The only thing that changes an archive. A batch becomes durable in two steps: the segment file is written and flushed,
 * then one SQLite transaction names it together with its articles. A crash between the two leaves a file that nothing names,
 * which the next writer removes.
 */
export class Writer implements ArchiveWriter {
  readonly #folder: string;
  readonly #info: ArchiveInfo;
  readonly #lease: Lease<OpenDatabase>;
  readonly #database: DatabaseSync;
  readonly #encoder: Encoder;
  readonly #resources: Resources;
  readonly #lock: Disposable;
  readonly #store: ArticleStore;
  readonly #sources: NameTable;
  readonly #categories: NameTable;
  readonly #leases = new Map<number, Lease<Segment>>();
  readonly #activity: ActivityFile;
  readonly #mergesBeside: boolean;
  #nextSegmentId = 0;
  /** Articles put since it was opened. */
  #putCount = 0;
  /** Something was put since {@link finish}. */
  #isToSettle = false;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(options: WriterOptions, lock: Disposable, lease: Lease<OpenDatabase>) {
    const { database, info } = lease.value;
    this.#folder = options.folder;
    this.#encoder = options.encoder;
    this.#resources = options.resources;
    this.#mergesBeside = options.mergesBeside ?? false;
    this.#lock = lock;
    this.#lease = lease;
    this.#database = database;
    this.#info = info;
    this.#store = new ArticleStore(database);
    this.#sources = new NameTable(database, "source");
    this.#categories = new NameTable(database, "category");
    this.#activity = new ActivityFile(options.folder);
  }

  /**
   * @throws AppError `archive-missing`, `archive-locked`, `archive-damaged`, `archive-version`, `encoder-mismatch`, `io`.
   */
  static async open(options: WriterOptions): Promise<Writer> {
    const { folder, resources, encoder, evenDamaged = false } = options;
    const lease = await borrowDatabase(resources, folder, "write", { evenDamaged });
    let lock: Disposable | undefined;
    try {
      lock = takeWriteLock(folder);
      assertEncoder(lease.value.info, encoder);
      const writer = new Writer(options, lock, lease);
      writer.#removeStrayFiles();
      return writer;
    } catch (error) {
      lock?.[Symbol.dispose]();
      lease[Symbol.dispose]();
      throw toArchiveError(folder, error);
    }
  }

  put(articles: readonly Article[]): Promise<PutResult> {
    return this.#exclusive(async () => {
      this.#activity.show("import", this.#putCount);
      const result = await this.#put(articles);
      this.#putCount += articles.length;
      this.#isToSettle ||= result.added + result.updated > 0;
      this.#activity.show("import", this.#putCount);
      return result;
    });
  }

  /** Of an import, whose whole only the caller knows: how much of it has been put, 0–1, to be shown to others. */
  knowShare(share: number): void {
    this.#activity.knowShare(share);
  }

  remove(ids: readonly string[]): Promise<number> {
    return this.#exclusive(() => this.#remove(ids));
  }

  compact(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    return this.#exclusive(() =>
      this.#showing("merge", async (show) => {
        const merge = async (records: readonly SegmentRecord[]): Promise<void> => {
          const rows = records.reduce((sum, record) => sum + record.rows, 0);
          await this.#merge(records, { ...options, onProgress: (share) => show(Math.round(share * rows), share) });
        };
        for (const policy of [pickTier, pickForCompaction])
          for (let picked = this.#pick(policy); picked.length > 0; picked = this.#pick(policy)) await merge(picked);
      }),
    );
  }

  /**
   * Merges one full tier while writes go on; only its last step waits for them. Returns false when no tier
   * is full. Stopped or killed, it leaves the archive as it was. Not to be called again before it has ended.
   */
  async mergeBeside(merge: MergeSegments, signal: AbortSignal): Promise<boolean> {
    const plan = await this.#exclusive(async () => {
      const records = this.#pick(pickTier);
      return records.length === 0 ? undefined : this.#planMerge(records);
    });
    if (plan === undefined) return false;
    const total = plan.records.reduce((sum, { rows }) => sum + rows, 0);
    return this.#showing("merge", async (show) => {
      const onProgress = (share: number): void => show(Math.round(share * total), share);
      const merged = await merge(plan.path, plan.inputs, { signal, onProgress });
      await this.#exclusive(async () => this.#commitMerge(plan, merged));
      return true;
    });
  }

  /** Encodes articles that were stored while the encoder was away. Returns how many are still waiting. */
  backfill({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<number> {
    return this.#exclusive(() => this.#showing("encode", (show) => this.#backfill(signal, show)));
  }

  async finish(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<FinishReport> {
    const withoutVector = await this.backfill(options);
    try {
      if (this.#isToSettle) await this.compact(options);
      this.#isToSettle = false;
      return { withoutVector, isComplete: options.signal?.aborted !== true };
    } catch (error) {
      if (options.signal?.aborted !== true) throw error;
      return { withoutVector, isComplete: false };
    }
  }

  /**
   * Makes indexes of the database anew, and the checksum of the dead rows, and goes on from the last commit that is left.
   * Articles and segments are then to be compared.
   */
  mendRecord(): Promise<void> {
    return this.#exclusive(async () => {
      this.#database.exec("REINDEX");
      this.#commit(() => renewDeadSum(this.#database));
    });
  }

  /** Takes versions of articles out of the archive, whatever their text is now, after they were saved as they can be read. */
  takeOut(keys: readonly number[], save: (articles: readonly StoredArticle[]) => void): Promise<void> {
    return this.#exclusive(async () => {
      const rows = keys.flatMap((key) => this.#store.byKey(key) ?? []);
      const dead = (await this.#find(rows)).flatMap((place) => place ?? []);
      const [sources, categories] = [this.#store.names("source"), this.#store.names("category")];
      save(rows.map((row) => toStoredArticle(row, sources, categories)));
      this.#commit(() => {
        retireVersions(this.#database, keys);
        markDead(this.#database, dead);
      });
    });
  }

  /** Takes segments out of the archive, e.g. damaged ones; their articles stay, to be found again after {@link rebuild}. */
  discardSegments(ids: readonly number[]): Promise<void> {
    return this.#exclusive(async () => {
      this.#commit(() => forgetSegments(this.#database, ids));
      this.#removeSegmentFiles(ids);
    });
  }

  /** Marks rows as no longer part of the archive. */
  markDead(rows: readonly DeadRow[]): Promise<void> {
    return this.#exclusive(async () => this.#commit(() => markDead(this.#database, rows)));
  }

  /** Indexes articles by key that stand in no segment. */
  rebuild(keys: readonly number[]): Promise<void> {
    return this.#exclusive(() =>
      this.#showing("repair", async (show) => {
        for (let start = 0; start < keys.length; start += REWRITE_BATCH) {
          show(start, start / keys.length);
          await this.#rewrite(keys.slice(start, start + REWRITE_BATCH));
        }
      }),
    );
  }

  close(): Promise<void> {
    return this.#exclusive(async () => {
      for (const lease of this.#leases.values()) lease[Symbol.dispose]();
      this.#leases.clear();
      this.#activity[Symbol.dispose]();
      this.#lease[Symbol.dispose]();
      this.#lock[Symbol.dispose]();
    });
  }

  /** Runs writes one after the other, whoever asks. */
  #exclusive<T>(action: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(action).catch((error: unknown) => {
      throw toArchiveError(this.#folder, error);
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }

  /** Lets others see what is being done, until it ends. */
  async #showing<T>(what: ActivityKind, work: (show: (done: number, share: number) => void) => Promise<T>): Promise<T> {
    try {
      return await work((done, share) => this.#activity.show(what, done, share));
    } finally {
      this.#activity.clear();
    }
  }

  async #put(articles: readonly Article[]): Promise<PutResult> {
    const newest = new Map(articles.map((article) => [article.id, article]));
    const changed: { article: Article; hash: Uint8Array; old: ReturnType<ArticleStore["versionOf"]> }[] = [];
    for (const article of newest.values()) {
      const old = this.#store.versionOf(article.id);
      if (old === undefined || !isAsStored(article, old)) changed.push({ article, hash: articleHash(article), old });
    }
    const updated = changed.filter(({ old }) => old !== undefined).length;
    const result = { added: changed.length - updated, updated, unchanged: newest.size - changed.length };
    if (changed.length === 0) return result;

    const vectors = await this.#encode(changed.map(({ article }) => embeddingText(article)));
    const firstKey = Number(readSetting(this.#database, "next_key"));
    const rows = changed.map(({ article, hash }, index): NewRow & NewVersion => ({
      key: firstKey + index,
      id: article.id,
      hash,
      title: article.title,
      body: article.body,
      url: article.url,
      sourceId: this.#sources.idOf(article.source),
      categoryId: this.#categories.idOf(article.category),
      publishedAtMs: article.publishedAtMs,
      vector: vectors?.[index],
    }));
    const keys = rows.map(({ key }) => key);
    const replaced = changed.flatMap(({ old }) => (old === undefined ? [] : [old]));
    const dead = await this.#locate(replaced);
    await this.#commitRows(rows, dead, () => {
      retireVersions(
        this.#database,
        replaced.map(({ key }) => key),
      );
      insertVersions(this.#database, rows);
      if (vectors === undefined) setEncoded(this.#database, keys, false);
      writeSetting(this.#database, "next_key", firstKey + rows.length);
    });
    if (!this.#mergesBeside) await this.#mergeFullTier();
    return result;
  }

  async #remove(ids: readonly string[]): Promise<number> {
    const versions = [...new Set(ids)].flatMap((id) => this.#store.versionOf(id) ?? []);
    if (versions.length === 0) return 0;
    const dead = await this.#locate(versions);
    this.#commit(() => {
      retireVersions(
        this.#database,
        versions.map(({ key }) => key),
      );
      markDead(this.#database, dead);
    });
    return versions.length;
  }

  async #backfill(signal: AbortSignal | undefined, show: (done: number, share: number) => void): Promise<number> {
    const waiting = countUnencoded(this.#database);
    for (let done = 0; ; ) {
      const keys = unencodedKeys(this.#database, REWRITE_BATCH);
      if (signal?.aborted || keys.length === 0 || !(await this.#rewrite(keys))) return countUnencoded(this.#database);
      done += keys.length;
      show(done, Math.min(1, done / waiting));
    }
  }

  /** Indexes articles that are in the database already: for the first time, or anew. False: the encoder is away. */
  async #rewrite(keys: readonly number[]): Promise<boolean> {
    const articles = keys.flatMap((key) => this.#store.byKey(key) ?? []);
    const vectors = await this.#encode(articles.map(embeddingText));
    const old = await this.#find(articles);
    if (vectors === undefined && old.every((place) => place !== undefined)) return false;
    const rows = articles.map((article, index) => ({ ...article, vector: vectors?.[index] }));
    await this.#commitRows(
      rows,
      old.flatMap((place) => place ?? []),
      () => setEncoded(this.#database, keys, vectors !== undefined),
    );
    return vectors !== undefined;
  }

  /** Vectors of texts, or undefined when the encoder is away: the articles are kept and encoded later. */
  async #encode(texts: readonly string[]): Promise<(Float32Array | undefined)[] | undefined> {
    try {
      return await this.#encoder.encode(texts, { role: "document" });
    } catch (error) {
      if (error instanceof AppError && error.code === "encoder-unavailable") return undefined;
      throw error;
    }
  }

  /** Writes a segment of rows, then commits it with everything that belongs to it. */
  async #commitRows(rows: readonly NewRow[], dead: readonly DeadRow[], record: () => void): Promise<void> {
    if (rows.length === 0) {
      this.#commit(record);
      return;
    }
    const id = this.#takeSegmentId();
    const path = segmentPath(this.#folder, id);
    buildSegment(path, rows, this.#info.dimensions);
    this.#commitOrRemove(path, () => {
      record();
      markDead(this.#database, dead);
      this.#recordSegment(id, path);
    });
  }

  #pick(policy: (segments: readonly MergeCandidate[]) => readonly MergeCandidate[]): SegmentRecord[] {
    const records = readSegmentRecords(this.#database);
    const candidates = records.map((record) => ({ id: record.id, rows: record.rows, liveRows: countLive(record) }));
    const picked = new Set(policy(candidates).map(({ id }) => id));
    return records.filter(({ id }) => picked.has(id));
  }

  async #mergeFullTier(): Promise<void> {
    const picked = this.#pick(pickTier);
    if (picked.length > 0) await this.#merge(picked);
  }

  async #merge(records: readonly SegmentRecord[], options: MergeOptions = {}): Promise<void> {
    const plan = await this.#planMerge(records);
    this.#commitMerge(plan, await mergeSegments(plan.path, plan.inputs, options));
  }

  async #planMerge(records: readonly SegmentRecord[]): Promise<MergePlan> {
    const id = this.#takeSegmentId();
    const inputs: MergeInput[] = [];
    for (const record of records) inputs.push({ segment: await this.#segment(record), live: record.live });
    return { id, path: segmentPath(this.#folder, id), records, inputs };
  }

  #commitMerge({ id, path, records }: MergePlan, { rows, renumber }: MergeResult): void {
    const ids = records.map((record) => record.id);
    const now = new Map(readSegmentRecords(this.#database).map((record) => [record.id, record.live]));
    const dead = records.flatMap((record, input) =>
      diedSince(record, now.get(record.id)).map((row) => ({ segmentId: id, row: renumber[input]?.[row] as number })),
    );
    this.#commitOrRemove(path, () => {
      forgetSegments(this.#database, ids);
      if (rows === 0) return;
      this.#recordSegment(id, path);
      markDead(this.#database, dead);
    });
    this.#removeSegmentFiles(ids);
  }

  /** Never the same twice, though a merge that has taken one may be finished after later segments. */
  #takeSegmentId(): number {
    const id = Math.max(nextSegmentId(this.#database), this.#nextSegmentId);
    this.#nextSegmentId = id + 1;
    return id;
  }

  #removeSegmentFiles(ids: readonly number[]): void {
    for (const id of ids) {
      this.#leases.get(id)?.[Symbol.dispose]();
      this.#leases.delete(id);
      removeQuietly(segmentPath(this.#folder, id));
    }
  }

  #commitOrRemove(path: string, record: () => void): void {
    try {
      this.#commit(record);
    } catch (error) {
      removeQuietly(path);
      throw error;
    }
  }

  #commit(record: () => void): void {
    inTransaction(this.#folder, this.#database, () => {
      this.#sources.store(this.#database);
      this.#categories.store(this.#database);
      record();
      countCommit(this.#database);
    });
    this.#sources.committed();
    this.#categories.committed();
  }

  #recordSegment(id: number, path: string): void {
    recordSegment(this.#database, { id, path, encoder: this.#info.encoderFingerprint });
  }

  async #segment(record: SegmentRecord): Promise<Segment> {
    let lease = this.#leases.get(record.id);
    if (lease === undefined) {
      lease = await borrowSegment(this.#resources, this.#folder, record);
      this.#leases.set(record.id, lease);
    }
    return lease.value;
  }

  /** Where article versions stand; undefined for one that is in no segment. */
  async #find(versions: readonly ArticleVersion[]): Promise<(DeadRow | undefined)[]> {
    if (versions.length === 0) return [];
    const segments: { id: number; live: Uint8Array | undefined; columns: Columns }[] = [];
    for (const record of readSegmentRecords(this.#database))
      segments.push({ id: record.id, live: record.live, columns: (await this.#segment(record)).columns });
    return versions.map(({ key, publishedAtMs }) => {
      for (const { id, live, columns } of segments) {
        const row = findRow(columns, key, publishedAtMs);
        if (row !== undefined && live?.[row] !== 0) return { segmentId: id, row };
      }
      return undefined;
    });
  }

  async #locate(versions: readonly ArticleVersion[]): Promise<DeadRow[]> {
    const places = await this.#find(versions);
    return places.map((place, index) => {
      if (place !== undefined) return place;
      throw new AppError(
        "archive-damaged",
        `Article version ${versions[index]?.key} stands in no segment of ${this.#folder}. Run \`wenxun verify --repair\`.`,
      );
    });
  }

  /** Deletes segment files that no commit names: what a crash or an interrupted merge left behind. */
  #removeStrayFiles(): void {
    const folder = segmentFolder(this.#folder);
    const known = new Set(
      this.#database
        .prepare("SELECT id FROM segment")
        .all()
        .map((row) => basename(segmentPath(this.#folder, Number(row.id)))),
    );
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (!known.has(name) && /\.seg(\.tmp)?$/.test(name) && statSync(path).isFile()) removeQuietly(path);
    }
  }
}

/** A file that is open elsewhere cannot be deleted on some systems; the next writer tries again. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // See above: nothing names the file, so it does no harm.
  }
}

/** Rows of a segment that were live in the record and are not now. */
function diedSince({ rows, live }: SegmentRecord, now: Uint8Array | undefined): number[] {
  if (now === undefined) return [];
  return Array.from({ length: rows }, (_, row) => row).filter((row) => live?.[row] !== 0 && now[row] === 0);
}
