import { randomInt } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { type ArticleSketch, areSketchesOfCopies, lookedUpHashes } from "../matching/article-sketch.ts";

/** How long copies of an article are known: later ones are told of again. */
const COPIES_KNOWN_MS = 3 * 86_400_000;

/** Articles whose copies are known at most. */
const MAX_SEEN_ARTICLES = 100_000;

/** Copies of one article that are compared, so that a text that stands everywhere takes no longer. */
const MAX_COMPARED = 64;

/** Numbers of groups are so many that no two are the same. */
const MAX_GROUP = 2 ** 47;

/** Groups articles that are told of: each joins the first one that it is a copy of. */
export class CopyGroups {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The group of an article, under a random number; noted, so that later copies join it. Part of a transaction. */
  join(sequence: number, sketch: ArticleSketch, nowMs: number): number {
    const known = this.#database.prepare("SELECT group_id FROM seen_article WHERE sequence = ?").get(sequence);
    if (known !== undefined) return Number(known.group_id);
    const group = this.#find(sketch) ?? randomInt(1, MAX_GROUP);
    const { hashes, hasTitle } = sketch;
    this.#database
      .prepare("INSERT INTO seen_article (sequence, group_id, sketch, has_title, found_ms) VALUES (?, ?, ?, ?, ?)")
      .run(sequence, group, Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength), hasTitle ? 1 : 0, nowMs);
    const note = this.#database.prepare("INSERT OR IGNORE INTO seen_shingle (hash, sequence) VALUES (?, ?)");
    for (const hash of lookedUpHashes(sketch)) note.run(hash, sequence);
    return group;
  }

  #find(sketch: ArticleSketch): number | undefined {
    const hashes = lookedUpHashes(sketch);
    if (hashes.length === 0) return undefined;
    const candidates = this.#database
      .prepare(
        `SELECT group_id, sketch, has_title FROM seen_article WHERE sequence IN
           (SELECT sequence FROM seen_shingle WHERE hash IN (${hashes.map(() => "?").join(", ")}))
         ORDER BY sequence LIMIT ${MAX_COMPARED}`,
      )
      .all(...hashes);
    const copy = candidates.find((row) => areSketchesOfCopies(sketch, toSketch(row)));
    return copy === undefined ? undefined : Number(copy.group_id);
  }

  /** Forgets articles from archives whose order of articles was another, and whose sequences therefore name others. */
  forgetFrom(sequence: number): void {
    this.#database.prepare("DELETE FROM seen_shingle WHERE sequence > ?").run(sequence);
    this.#database.prepare("DELETE FROM seen_article WHERE sequence > ?").run(sequence);
  }

  /** Forgets what is too long ago, a part at a time. */
  prune(nowMs: number): void {
    const count = Number(this.#database.prepare("SELECT count(*) AS seen FROM seen_article").get()?.seen);
    const old = this.#database
      .prepare("SELECT sequence FROM seen_article WHERE found_ms < ? ORDER BY found_ms LIMIT 1000")
      .all(nowMs - COPIES_KNOWN_MS);
    const beyond = this.#database
      .prepare("SELECT sequence FROM seen_article ORDER BY found_ms LIMIT ?")
      .all(Math.min(1000, Math.max(0, count - MAX_SEEN_ARTICLES)));
    for (const { sequence } of [...old, ...beyond]) {
      this.#database.prepare("DELETE FROM seen_shingle WHERE sequence = ?").run(Number(sequence));
      this.#database.prepare("DELETE FROM seen_article WHERE sequence = ?").run(Number(sequence));
    }
  }
}

function toSketch(row: Record<string, unknown>): ArticleSketch {
  const bytes = row.sketch as Uint8Array;
  const hashes = new Uint32Array(bytes.byteLength >> 2);
  new Uint8Array(hashes.buffer).set(bytes.subarray(0, hashes.byteLength));
  return { hashes, hasTitle: row.has_title === 1 };
}
