import type { DatabaseSync } from "node:sqlite";
import {
  countCommit,
  type DeadRow,
  forgetSegments,
  insertVersions,
  inTransaction,
  markDead,
  type NewVersion,
  noteRemoved,
  recordSegment,
  retireVersions,
  type StoredVersion,
  setEncoded,
  toStoredVersions,
} from "../store/commit-record.ts";
import { segmentPath, writeSetting } from "../store/database.ts";
import { keepEditions, removeEditions } from "../store/edition-store.ts";
import type { NameTable } from "../store/names.ts";
import { removeQuietly } from "../store/stray-files.ts";

/** What a commit changes, as the holder of the write lock sees it. */
export interface CommitTarget {
  readonly folder: string;
  readonly database: DatabaseSync;
  /** Fingerprint of the encoder whose vectors new segments hold. */
  readonly encoderFingerprint: string;
  /** Names that new articles may have added, stored with them. */
  readonly names: readonly NameTable[];
  /** Lets go of segments whose files are about to be deleted. */
  readonly release: (segmentIds: readonly number[]) => void;
}

/**
 * One transaction of the archive, to which changes are added. Nothing happens before {@link make}; then all of it is durable
 * when that returns, or none of it when it throws. The files of segments follow: that of an added one is deleted when the
 * commit fails, those of forgotten ones once it is made.
 */
export class Commit {
  readonly #target: CommitTarget;
  readonly #changes: (() => void)[] = [];
  readonly #preparations: (() => void)[] = [];
  readonly #addedPaths: string[] = [];
  readonly #forgottenIds: number[] = [];

  constructor(target: CommitTarget) {
    this.#target = target;
  }

  /** Adds versions of articles, with the next free keys, ascending. */
  insert(versions: readonly NewVersion[]): this {
    const last = versions.at(-1);
    if (last === undefined) return this;
    let stored: readonly StoredVersion[] | undefined;
    const prepare = (): readonly StoredVersion[] => {
      stored ??= toStoredVersions(this.#target.database, versions);
      return stored;
    };
    this.#preparations.push(prepare);
    return this.change((database) => {
      insertVersions(database, prepare());
      writeSetting(database, "next_key", last.key + 1);
    });
  }

  /** Keeps versions that are retired as earlier editions of their articles. To be called before {@link retire}. */
  keepEditions(keys: readonly number[]): this {
    return this.change((database) => keepEditions(database, keys));
  }

  /** Takes versions of articles out of the archive; their texts stay for a while. */
  retire(keys: readonly number[]): this {
    return this.change((database) => retireVersions(database, keys));
  }

  /** The same for articles that are removed: {@link eraseRemoved} takes their texts away, those of earlier versions too. Editions go at once. */
  remove(articles: readonly { readonly id: string; readonly key: number }[]): this {
    const ids = articles.map(({ id }) => id);
    return this.retire(articles.map(({ key }) => key)).change((database) => {
      noteRemoved(database, articles);
      removeEditions(database, ids);
    });
  }

  /** Notes which versions have a vector and which wait for theirs. */
  setEncoded(keys: readonly number[], isEncoded: boolean): this {
    return this.change((database) => setEncoded(database, keys, isEncoded));
  }

  markDead(rows: readonly DeadRow[]): this {
    return this.change((database) => markDead(database, rows));
  }

  /** Names a finished segment file. */
  addSegment(id: number): this {
    const path = segmentPath(this.#target.folder, id);
    this.#addedPaths.push(path);
    return this.change((database) => recordSegment(database, { id, path, encoder: this.#target.encoderFingerprint }));
  }

  forgetSegments(ids: readonly number[]): this {
    this.#forgottenIds.push(...ids);
    return this.change((database) => forgetSegments(database, ids));
  }

  /** For what the methods above do not name. */
  change(change: (database: DatabaseSync) => void): this {
    this.#changes.push(() => change(this.#target.database));
    return this;
  }

  /** Does what can be done before {@link make}, which does what is left of it. */
  async prepare(): Promise<void> {
    for (const prepare of this.#preparations) prepare();
  }

  make(): void {
    const { folder, database, names, release } = this.#target;
    try {
      inTransaction(folder, database, () => {
        for (const table of names) table.store(database);
        for (const change of this.#changes) change();
        countCommit(database);
      });
    } catch (error) {
      for (const path of this.#addedPaths) removeQuietly(path);
      throw error;
    }
    for (const table of names) table.committed();
    release(this.#forgottenIds);
    for (const id of this.#forgottenIds) removeQuietly(segmentPath(folder, id));
  }
}
