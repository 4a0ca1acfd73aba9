import type { DatabaseSync } from "node:sqlite";
import { Segment } from "../segment/segment.ts";
import type { SegmentData } from "../segment/segment-data.ts";
import { ArticleStore } from "../store/article-store.ts";
import { type FolderInfo, openDatabase } from "../store/database.ts";
import { TermBoard } from "../terms/term-board.ts";
import { LoadedSnapshot, type SnapshotData, type SnapshotTools } from "./loaded-snapshot.ts";
import type { Snapshot } from "./snapshot.ts";

/** A segment that some attached snapshots hold. */
interface AttachedSegment {
  readonly segment: Segment;
  users: number;
}

/**
 * The archive as a thread sees it that searches what another has loaded: it reads texts through a connection of its own, takes
 * everything else from the snapshots it is sent, and frees nothing but its scratch.
 */
export class AttachedArchive {
  readonly info: FolderInfo;
  readonly #database: DatabaseSync;
  readonly #tools: SnapshotTools;
  readonly #segments = new Map<string, AttachedSegment>();

  /** @throws AppError `archive-missing`, `archive-damaged`, `archive-version`, `io`. */
  constructor(folder: string) {
    ({ database: this.#database, info: this.info } = openDatabase(folder, "read"));
    this.#tools = { folder, store: new ArticleStore(this.#database), board: new TermBoard() };
  }

  /** Hands out a snapshot that the sending thread holds until this one is disposed. */
  attach(data: SnapshotData): Snapshot {
    const keys = data.segments.map(({ data: segment }) => keyOf(segment));
    const segments = data.segments.map(({ data: segment }) => this.#enter(segment));
    return new LoadedSnapshot(data, segments, this.#tools).toSnapshot(() => {
      for (const key of keys) this.#leave(key);
    });
  }

  /** Gives back what only makes the next search faster. */
  trim(): void {
    this.#database.exec("PRAGMA shrink_memory");
    this.#tools.board.trim();
  }

  close(): void {
    this.#database.close();
  }

  #enter(data: SegmentData): Segment {
    const key = keyOf(data);
    const attached = this.#segments.get(key) ?? { segment: new Segment(data), users: 0 };
    attached.users++;
    this.#segments.set(key, attached);
    return attached.segment;
  }

  #leave(key: string): void {
    const attached = this.#segments.get(key);
    if (attached !== undefined && --attached.users === 0) this.#segments.delete(key);
  }
}

/** A snapshot shares most segments with the one before; a file that was opened anew is another one. */
const keyOf = ({ id, file }: SegmentData): string => `${id}:${file.descriptor}:${file.footerCrc32}`;
