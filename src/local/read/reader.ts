import { existsSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { Activity, ArchiveState } from "../../archive/archive.ts";
import type { Edition, EditionSummary } from "../../archive/edition.ts";
import type { SearchFindings } from "../../archive/result.ts";
import { AppError } from "../../errors.ts";
import type { Lease, Resources } from "../../resources/resources.ts";
import type { Segment } from "../segment/segment.ts";
import { measureSegment } from "../segment/segment-data.ts";
import { toArchiveError, translateErrors } from "../store/archive-errors.ts";
import { ArticleStore } from "../store/article-store.ts";
import { lastCommitMs } from "../store/commit-mark.ts";
import { CommitProof } from "../store/commit-proof.ts";
import {
  borrowDatabase,
  databasePath,
  type FolderInfo,
  type OpenDatabase,
  readSetting,
  segmentPath,
} from "../store/database.ts";
import { countNames, readNames } from "../store/names.ts";
import { borrowSegment, countLive, readSegmentRecords, type SegmentRecord } from "../store/segment-set.ts";
import { TermBoard } from "../terms/term-board.ts";
import { readActivity } from "./activity.ts";
import { LoadedSnapshot, type SnapshotData, type SnapshotTools, toSnapshotName } from "./loaded-snapshot.ts";
import { readEditions, readNumberedEdition } from "./read-editions.ts";
import { RecentSnapshots } from "./recent-snapshots.ts";
import type { ArchiveReader, Snapshot } from "./snapshot.ts";
import { VersionLog } from "./version-log.ts";

/** How often a snapshot is read again when a merge removed a segment between reading the record and opening the file. */
const LOAD_ATTEMPTS = 5;

/** A snapshot that is loaded once, and shared by all who ask of it. */
interface SharedSnapshot {
  readonly commit: number;
  readonly view: LoadedSnapshot;
  readonly leases: readonly Lease<Segment>[];
  users: number;
}

/** A snapshot for another thread to search; hold it until that one has let it go. */
export interface BorrowedSnapshot extends Disposable {
  readonly data: SnapshotData;
}

interface CommitRecord {
  readonly commit: number;
  readonly encoderFingerprint: string;
  readonly foldVersion: number;
  readonly segments: readonly SegmentRecord[];
  readonly sources: readonly string[];
  readonly categories: readonly string[];
}

/** Reads an archive beside any writer: it never blocks one and never sees half of a commit. */
export class Reader implements ArchiveReader {
  readonly info: FolderInfo;
  /** Articles in the order in which they were stored. */
  readonly versions: VersionLog;
  readonly #folder: string;
  readonly #lease: Lease<OpenDatabase>;
  /** Which file the database was when it was opened. */
  readonly #file: string | undefined;
  readonly #database: DatabaseSync;
  readonly #resources: Resources;
  readonly #tools: SnapshotTools;
  #snapshot: SharedSnapshot | undefined;
  /** When the snapshot was last known to be the newest. */
  #confirmedAtMs = 0;
  readonly #proof: CommitProof;
  readonly #recent = new RecentSnapshots<SharedSnapshot>((snapshot) => this.#leave(snapshot));
  #dataVersion: number | undefined;
  #loading: Promise<SharedSnapshot> | undefined;

  private constructor(folder: string, resources: Resources, lease: Lease<OpenDatabase>) {
    this.#folder = folder;
    this.#lease = lease;
    this.#file = fileOf(databasePath(folder));
    this.#database = lease.value.database;
    this.info = lease.value.info;
    this.#proof = new CommitProof(folder);
    this.versions = new VersionLog(this.#database);
    this.#resources = resources;
    this.#tools = { folder, store: new ArticleStore(this.#database), board: new TermBoard() };
  }

  /** @throws AppError `archive-missing`, `archive-damaged`, `archive-version`, `io`. */
  static async open(folder: string, resources: Resources): Promise<Reader> {
    return new Reader(folder, resources, await borrowDatabase(resources, folder, "read"));
  }

  async snapshot(name?: string): Promise<Snapshot> {
    const snapshot = await this.#snapshotNamed(name);
    snapshot.users++;
    return snapshot.view.toSnapshot(() => this.#leave(snapshot));
  }

  /** {@link snapshot}, to be posted to another thread; see attached-archive.ts. */
  async borrowSnapshot(name?: string): Promise<BorrowedSnapshot> {
    const snapshot = await this.#snapshotNamed(name);
    snapshot.users++;
    let open = true;
    return {
      data: snapshot.view.data,
      [Symbol.dispose]: () => {
        if (open) this.#leave(snapshot);
        open = false;
      },
    };
  }

  /** Gives up the superseded snapshots that are kept so that searches can be repeated; what runs on them goes on. */
  forgetEarlierSnapshots(): void {
    this.#recent.clear();
  }

  activity(): Activity | undefined {
    return readActivity(this.#folder);
  }

  /** When something was last written, in whatever process, in ms since 1970 UTC; undefined where nothing was yet. */
  changedAtMs(): number | undefined {
    return lastCommitMs(this.#folder);
  }

  /** What the newest snapshot will keep in memory, read from the frames of its files; nothing is loaded. */
  measure(): { readonly rows: number; readonly bytes: number } {
    for (let attempt = 1; ; attempt++) {
      try {
        let [rows, bytes] = [0, 0];
        const names = countNames(this.#database);
        for (const { id, live } of readSegmentRecords(this.#database)) {
          const segment = measureSegment(segmentPath(this.#folder, id), names);
          rows += segment.rows;
          bytes += segment.bytes + (live?.byteLength ?? 0);
        }
        return { rows, bytes };
      } catch (error) {
        // A merge may have removed a file after the record was read; see #load.
        if (attempt === LOAD_ATTEMPTS) throw error;
      }
    }
  }

  /** Findings with the notice that nobody can tell whether the newest articles are all there, where that is so. */
  withProof(findings: SearchFindings): SearchFindings {
    const isProven = this.#snapshot === undefined || this.#proof.isThere(this.#snapshot.commit);
    return isProven ? findings : { ...findings, notices: [...findings.notices, "commits-unproven"] };
  }

  /** Whether the files that searches read are where they were. @throws what reading the newest snapshot throws */
  async inspect(): Promise<ArchiveState> {
    const database = fileOf(databasePath(this.#folder));
    if (database === undefined) return "gone";
    if (database !== this.#file) return "replaced";
    const { view } = await this.#currentSnapshot();
    const paths = view.data.segments.map(({ data }) => segmentPath(this.#folder, data.id));
    return paths.every(existsSync) ? "sound" : "gone";
  }

  /** @throws AppError `archive-damaged`, `io`. */
  editions(id: string): readonly EditionSummary[] | undefined {
    return translateErrors(this.#folder, () => readEditions(this.#database, id));
  }

  /** @throws AppError `archive-damaged`, `io`. */
  edition(id: string, number: number): Edition | undefined {
    return translateErrors(this.#folder, () => readNumberedEdition(this.#database, this.#folder, { id, number }));
  }

  /** Articles that were stored while the encoder was away and have no vector yet. */
  unencodedCount(): number {
    return Number(this.#database.prepare("SELECT count(*) AS waiting FROM unencoded").get()?.waiting);
  }

  async close(): Promise<void> {
    await this.#loading?.catch(() => undefined);
    if (this.#snapshot !== undefined) this.#leave(this.#snapshot);
    this.#snapshot = undefined;
    this.#recent.clear();
    this.#lease[Symbol.dispose]();
  }

  async #snapshotNamed(name: string | undefined): Promise<SharedSnapshot> {
    const newest = await this.#currentSnapshot();
    this.#recent.prune(newest.view.data, Date.now());
    if (name === undefined || name === newest.view.data.name) return newest;
    const snapshot = this.#recent.find(name);
    if (snapshot !== undefined) return snapshot;
    throw new AppError(
      "snapshot-gone",
      `The archive has no snapshot ${name} any more: it is at ${newest.view.data.name}, and earlier ones are kept for up to ten minutes, while that costs little memory. Leave the snapshot out to search what is there now.`,
    );
  }

  /** The snapshot of the newest commit, loaded once however many ask at the same time. */
  async #currentSnapshot(): Promise<SharedSnapshot> {
    this.#loading ??= this.#refresh().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #refresh(): Promise<SharedSnapshot> {
    const nowMs = Date.now();
    const dataVersion = Number(this.#database.prepare("PRAGMA data_version").get()?.data_version);
    if (this.#snapshot !== undefined && dataVersion === this.#dataVersion) {
      this.#confirmedAtMs = nowMs;
      return this.#snapshot;
    }
    try {
      const snapshot = await this.#load();
      if (this.#snapshot === snapshot) this.#leave(snapshot);
      else if (this.#snapshot !== undefined) this.#recent.add(this.#snapshot, this.#confirmedAtMs);
      this.#snapshot = snapshot;
      this.#dataVersion = dataVersion;
      this.#confirmedAtMs = nowMs;
      return snapshot;
    } catch (error) {
      throw toArchiveError(this.#folder, error);
    }
  }

  async #load(): Promise<SharedSnapshot> {
    for (let attempt = 1; ; attempt++) {
      const record = this.#readCommitRecord();
      if (record.commit === this.#snapshot?.commit) {
        this.#snapshot.users++;
        return this.#snapshot;
      }
      const borrowed = await Promise.allSettled(
        record.segments.map((segment) => borrowSegment(this.#resources, this.#folder, segment)),
      );
      const leases = borrowed.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      const failed = borrowed.find((result) => result.status === "rejected");
      if (failed === undefined) return this.#toShared(record, leases);
      for (const lease of leases) lease[Symbol.dispose]();
      // A merge may have removed a file after the record was read: then the record has changed, and the next try succeeds.
      if (attempt === LOAD_ATTEMPTS || this.#readCommitRecord().commit === record.commit) throw failed.reason;
    }
  }

  #readCommitRecord(): CommitRecord {
    this.#database.exec("BEGIN");
    try {
      return {
        commit: Number(readSetting(this.#database, "commit")),
        encoderFingerprint: readSetting(this.#database, "encoder_fingerprint"),
        foldVersion: Number(readSetting(this.#database, "fold_version")),
        segments: readSegmentRecords(this.#database),
        sources: readNames(this.#database, "source"),
        categories: readNames(this.#database, "category"),
      };
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  #leave(snapshot: SharedSnapshot): void {
    snapshot.users--;
    if (snapshot.users === 0) for (const lease of snapshot.leases) lease[Symbol.dispose]();
  }

  #toShared(record: CommitRecord, leases: readonly Lease<Segment>[]): SharedSnapshot {
    const segments = leases.map(({ value }) => value);
    const data: SnapshotData = {
      name: toSnapshotName(record.commit),
      encoderFingerprint: record.encoderFingerprint,
      foldVersion: record.foldVersion,
      articleCount: record.segments.reduce((sum, segment) => sum + countLive(segment), 0),
      totalTermCount: segments.reduce((sum, { file }) => sum + file.footer.totalTermCount, 0),
      sources: record.sources,
      categories: record.categories,
      segments: segments.map((segment, index) => ({ data: segment.data, live: record.segments[index]?.live })),
    };
    // The reader itself is the first user, until a newer snapshot takes its place.
    return { commit: record.commit, view: new LoadedSnapshot(data, segments, this.#tools), leases, users: 1 };
  }
}

/** Tells a file from another of the same name; undefined where there is none. */
function fileOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
}
