import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Article } from "../../archive/article.ts";
import { MIN_INTERVAL_MS } from "../next-check.ts";
import { inOneGo } from "./sources-database.ts";

/** A page that is to be read for the text of an article. */
export interface WaitingPage {
  readonly id: number;
  readonly sourceId: number;
  readonly url: string;
  /** What is known of the article without its page. */
  readonly article: Article;
  readonly tries: number;
  readonly nextTryMs: number;
}

/** Pages that are to be read. */
export class PageStore {
  readonly #database: DatabaseSync;
  readonly #nextDue: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#nextDue = database.prepare(
      "SELECT min(next_try_ms) AS at FROM page JOIN source ON source.id = source_id WHERE source.status = 'active'",
    );
  }

  /** What waits for its page already waits on, with what is known now. */
  add(sourceId: number, articles: readonly Article[], nowMs: number): void {
    if (articles.length === 0) return;
    const insert = this.#database.prepare(
      `INSERT INTO page (article_id, source_id, url, article, next_try_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (article_id) DO UPDATE SET url = excluded.url, article = excluded.article`,
    );
    inOneGo(this.#database, () => {
      for (const article of articles)
        insert.run(article.id, sourceId, article.url ?? "", JSON.stringify(article), nowMs);
    });
  }

  /** Those of active sources, or of one source alone. */
  due(nowMs: number, limit: number, sourceId?: number): readonly WaitingPage[] {
    const rows = this.#database
      .prepare(
        `SELECT page.* FROM page JOIN source ON source.id = source_id
         WHERE next_try_ms <= ? AND source.status = 'active' AND coalesce(?, source_id) = source_id
         ORDER BY next_try_ms, page.id LIMIT ?`,
      )
      .all(nowMs, sourceId ?? null, limit);
    return rows.map((row) => ({
      id: Number(row.id),
      sourceId: Number(row.source_id),
      url: String(row.url),
      article: JSON.parse(String(row.article)) as Article,
      tries: Number(row.tries),
      nextTryMs: Number(row.next_try_ms),
    }));
  }

  nextDueMs(): number | undefined {
    const row = this.#nextDue.get();
    return typeof row?.at === "number" ? row.at : undefined;
  }

  /** False where another process has taken it. */
  claim(page: WaitingPage, nowMs: number): boolean {
    const { changes } = this.#database
      .prepare("UPDATE page SET next_try_ms = ? WHERE id = ? AND next_try_ms = ?")
      .run(nowMs + MIN_INTERVAL_MS, page.id, page.nextTryMs);
    return Number(changes) > 0;
  }

  retry(page: WaitingPage, atMs: number, problem: string): void {
    this.#database
      .prepare("UPDATE page SET next_try_ms = ?, tries = tries + 1, problem = ? WHERE id = ?")
      .run(atMs, problem, page.id);
  }

  remove(id: number): void {
    this.#database.prepare("DELETE FROM page WHERE id = ?").run(id);
  }

  /** Pages that wait, by source. */
  counts(): ReadonlyMap<number, number> {
    const rows = this.#database.prepare("SELECT source_id, count(*) AS pages FROM page GROUP BY source_id").all();
    return new Map(rows.map((row) => [Number(row.source_id), Number(row.pages)]));
  }
}
