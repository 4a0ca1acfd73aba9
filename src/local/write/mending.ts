import type { StoredArticle } from "../read/snapshot.ts";
import { toStoredArticle } from "../store/article-store.ts";
import type { DeadRow } from "../store/commit-record.ts";
import { dropEditions, readEdition } from "../store/edition-store.ts";
import { renewDeadSum } from "../store/record-check.ts";
import { rebuild } from "./rewriting.ts";
import type { WriteSession } from "./write-session.ts";

/** Runs one write after those before it. */
export type RunWrite = <T>(write: () => Promise<T>) => Promise<T>;

/** The steps in which a damaged archive is mended; care/repair.ts knows their order. Each is a write of its own. */
export class Mending {
  readonly #session: WriteSession;
  readonly #run: RunWrite;

  constructor(session: WriteSession, run: RunWrite) {
    this.#session = session;
    this.#run = run;
  }

  /**
   * Makes indexes of the database anew, and the checksum of the dead rows, and goes on from the last commit that is left.
   * Articles and segments are then to be compared.
   */
  mendRecord(): Promise<void> {
    return this.#run(async () => {
      this.#session.database.exec("REINDEX");
      this.#session.commit().change(renewDeadSum).make();
    });
  }

  /** Takes versions of articles out of the archive, whatever their text is now, after they were saved as they can be read. */
  takeOut(keys: readonly number[], save: (articles: readonly StoredArticle[]) => void): Promise<void> {
    const { store, segments } = this.#session;
    return this.#run(async () => {
      const rows = keys.flatMap((key) => store.byKey(key) ?? []);
      const dead = (await segments.find(rows)).flatMap((place) => place ?? []);
      const [sources, categories] = [store.names("source"), store.names("category")];
      save(rows.map((row) => toStoredArticle(row, sources, categories)));
      this.#session.commit().retire(keys).markDead(dead).make();
    });
  }

  /** The same for earlier editions; the articles themselves stay. */
  takeOutEditions(keys: readonly number[], save: (articles: readonly StoredArticle[]) => void): Promise<void> {
    const { store, database } = this.#session;
    return this.#run(async () => {
      const [sources, categories] = [store.names("source"), store.names("category")];
      const rows = keys.flatMap((key) => readEdition(database, key) ?? []);
      save(rows.map((row) => toStoredArticle(row, sources, categories)));
      this.#session
        .commit()
        .change(() => dropEditions(database, keys))
        .make();
    });
  }

  /** Takes segments out of the archive, e.g. damaged ones; their articles stay, to be found again after {@link rebuild}. */
  discardSegments(ids: readonly number[]): Promise<void> {
    return this.#run(async () => this.#session.commit().forgetSegments(ids).make());
  }

  /** Marks rows as no longer part of the archive. */
  markDead(rows: readonly DeadRow[]): Promise<void> {
    return this.#run(async () => this.#session.commit().markDead(rows).make());
  }

  /** Indexes articles by key that stand in no segment. */
  rebuild(keys: readonly number[]): Promise<void> {
    return this.#run(() => this.#session.showing("repair", (show) => rebuild(this.#session, keys, show)));
  }
}
