import type { DatabaseSync } from "node:sqlite";
import type { ArticleSketch } from "../matching/article-sketch.ts";
import { inOneGo } from "./alerts-database.ts";
import { CopyGroups } from "./copy-groups.ts";

/** Sequences whose articles are noted, to find out where an archive that was restored parted from the one that was known. */
const KEPT_CHECKPOINTS = 200;

export interface Progress {
  /** Names the archive that was held against the searches. */
  readonly archive: string;
  /** The last article that was. */
  readonly sequence: number;
  /** What happened to the order of the archive's articles, for people. */
  readonly notice: string | undefined;
}

/** A match that is to be told of. */
export interface FoundMatch {
  readonly alertId: number;
  readonly articleId: string;
  readonly edition: string;
  readonly sequence: number;
  /** It was published long before it was stored. */
  readonly isOld: boolean;
  readonly sketch: ArticleSketch;
}

/** What came of a stretch of new articles. */
export interface Batch {
  /** The progress from which it began. */
  readonly from: number;
  readonly to: number;
  /** Edition of the article at `to`. */
  readonly edition: string;
  readonly matches: readonly FoundMatch[];
  /** Articles that are to be held against what is followed by meaning, once they have a vector. */
  readonly awaitingVector: readonly number[];
}

/** How far the archive has been held against the searches. */
export class ProgressStore {
  readonly #database: DatabaseSync;
  readonly #groups: CopyGroups;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#groups = new CopyGroups(database);
  }

  read(): Progress | undefined {
    const row = this.#database.prepare("SELECT archive, sequence, notice FROM progress").get();
    if (row === undefined) return undefined;
    const notice = row.notice === null ? undefined : String(row.notice);
    return { archive: String(row.archive), sequence: Number(row.sequence), notice };
  }

  /**
   * Begins, or begins again, after an article of an archive. False where another process has gone on from what was known meanwhile: then nothing
   * is changed. @param edition of that article
   */
  reset(known: Progress | undefined, { archive, sequence, notice }: Progress, edition = ""): boolean {
    return inOneGo(this.#database, () => {
      const now = this.read();
      if (now?.archive !== known?.archive || now?.sequence !== known?.sequence) return false;
      this.#database
        .prepare("INSERT OR REPLACE INTO progress (one, archive, sequence, notice) VALUES (1, ?, ?, ?)")
        .run(archive, sequence, notice ?? null);
      this.#database.prepare("DELETE FROM checkpoint WHERE sequence > ?").run(sequence);
      this.#database.prepare("DELETE FROM awaiting_vector WHERE sequence > ?").run(sequence);
      this.#note(sequence, edition);
      // None of these is known to be the same article any more.
      this.#database.prepare("UPDATE alert SET since_sequence = min(since_sequence, ?)").run(sequence);
      this.#database.exec("UPDATE revision SET number = number + 1");
      this.#groups.forgetFrom(sequence);
      return true;
    });
  }

  /** From the newest on. */
  checkpoints(): readonly { readonly sequence: number; readonly edition: string }[] {
    return this.#database
      .prepare("SELECT sequence, edition FROM checkpoint ORDER BY sequence DESC")
      .all()
      .map((row) => ({ sequence: Number(row.sequence), edition: String(row.edition) }));
  }

  /**
   * Commits the notices of a stretch together with the progress behind it. False where another process has gone on meanwhile: then
   * nothing is changed, and the stretch is to be looked at anew.
   */
  commit({ from, to, edition, matches, awaitingVector }: Batch, nowMs: number): boolean {
    return inOneGo(this.#database, () => {
      if (this.read()?.sequence !== from) return false;
      this.#add(matches, nowMs);
      const wait = this.#database.prepare("INSERT OR IGNORE INTO awaiting_vector (sequence, since_ms) VALUES (?, ?)");
      for (const sequence of awaitingVector) wait.run(sequence, nowMs);
      this.#database.prepare("UPDATE progress SET sequence = ?").run(to);
      this.#note(to, edition);
      this.#database
        .prepare(
          "DELETE FROM checkpoint WHERE sequence <= (SELECT sequence FROM checkpoint ORDER BY sequence DESC LIMIT 1 OFFSET ?)",
        )
        .run(KEPT_CHECKPOINTS);
      return true;
    });
  }

  /** Articles that wait for their vector, the first ones. */
  awaitingVector(limit: number): readonly { readonly sequence: number; readonly sinceMs: number }[] {
    return this.#database
      .prepare("SELECT sequence, since_ms FROM awaiting_vector ORDER BY sequence LIMIT ?")
      .all(limit)
      .map((row) => ({ sequence: Number(row.sequence), sinceMs: Number(row.since_ms) }));
  }

  /** Commits the matches of articles that have got their vector, or will get none. */
  commitAwaited(sequences: readonly number[], matches: readonly FoundMatch[], nowMs: number): void {
    if (sequences.length === 0) return;
    inOneGo(this.#database, () => {
      this.#add(matches, nowMs);
      const done = this.#database.prepare("DELETE FROM awaiting_vector WHERE sequence = ?");
      for (const sequence of sequences) done.run(sequence);
    });
  }

  /** Forgets of long ago what nothing is compared with any more. */
  prune(nowMs: number): void {
    inOneGo(this.#database, () => this.#groups.prune(nowMs));
  }

  #note(sequence: number, edition: string): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO checkpoint (sequence, edition) VALUES (?, ?)")
      .run(sequence, edition);
  }

  #add(matches: readonly FoundMatch[], nowMs: number): void {
    const insert = this.#database.prepare(
      `INSERT INTO notice (alert_id, article_id, edition, sequence, group_id, found_ms, is_old, is_copy)
       SELECT id, ?, ?, ?, ?, ?, ?, EXISTS (SELECT 1 FROM notice WHERE alert_id = alert.id AND group_id = ?)
       FROM alert WHERE id = ? AND status = 'active' AND since_sequence < ?
       ON CONFLICT (alert_id, article_id, edition) DO NOTHING`,
    );
    // An article that many searches match joins a group once.
    const groups = new Map<number, number>();
    for (const { alertId, articleId, edition, sequence, isOld, sketch } of matches) {
      const group = groups.get(sequence) ?? this.#groups.join(sequence, sketch, nowMs);
      groups.set(sequence, group);
      insert.run(articleId, edition, sequence, group, nowMs, isOld ? 1 : 0, group, alertId, sequence);
    }
  }
}
