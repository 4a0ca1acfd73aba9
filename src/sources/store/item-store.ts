import { hash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Article } from "../../archive/article.ts";
import { type Candidate, identify, identifyByContent, type KnownItem } from "../identify.ts";
import { inOneGo } from "./sources-database.ts";

/** An item whose article has been found out, and reserved for it. */
export interface ClaimedItem {
  readonly article: Article;
  /** Of what the source shows of it. */
  readonly hash: string;
  /** `added`: no source had shown it; `changed`: this one shows it otherwise than before; `known`: as before, or no better than others do. */
  readonly what: "added" | "changed" | "known";
}

/** An item that is claimed and not stored has no hash yet, so that it is put again. */
const UNSTORED = "";

/** Which items were seen, and what article each is. */
export class ItemStore {
  readonly #database: DatabaseSync;
  readonly #addKey: StatementSync;
  readonly #byKey: StatementSync;
  readonly #addItem: StatementSync;
  readonly #anyItem: StatementSync;
  readonly #shown: StatementSync;
  readonly #isThere: StatementSync;
  readonly #settle: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#addKey = database.prepare(
      `INSERT INTO item_key (key, article_id) VALUES (?, ?)
       ON CONFLICT (key) DO UPDATE SET article_id = excluded.article_id WHERE article_id <> excluded.article_id`,
    );
    this.#byKey = database.prepare("SELECT article_id FROM item_key WHERE key = ?");
    this.#addItem = database.prepare(
      `INSERT INTO item (article_id, source_id, hash, title, url, published_ms, length, found_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#anyItem = database.prepare(
      "SELECT title, url, published_ms FROM item WHERE article_id = ? ORDER BY source_id = ? DESC LIMIT 1",
    );
    this.#shown = database.prepare("SELECT source_id, hash, url, length FROM item WHERE article_id = ?");
    this.#isThere = database.prepare("SELECT 1 FROM item WHERE article_id = ? LIMIT 1");
    this.#settle = database.prepare(
      `UPDATE item SET hash = ?, title = ?, url = ?, published_ms = ?, length = ?
       WHERE article_id = ? AND source_id = ? AND (hash <> ? OR url IS NOT ?)`,
    );
  }

  /** Whether the source has shown anything yet. */
  hasItems(sourceId: number): boolean {
    return this.#database.prepare("SELECT 1 FROM item WHERE source_id = ? LIMIT 1").get(sourceId) !== undefined;
  }

  /** Articles that each source showed first since a moment, of those that are followed; without any it is left out. */
  countsSince(sinceMs: number): ReadonlyMap<number, number> {
    // From source to source, so that only what is new is looked at.
    const rows = this.#database
      .prepare(
        `SELECT source.id AS source_id, count(*) AS items
         FROM source CROSS JOIN item ON item.source_id = source.id AND found_ms >= ? GROUP BY source.id`,
      )
      .all(sinceMs);
    return new Map(rows.map((row) => [Number(row.source_id), Number(row.items)]));
  }

  /** The latest articles that a source showed first since a moment, the newest first; not those whose page is still to be read. */
  newest(sourceId: number, sinceMs: number, limit: number): readonly { readonly id: string; readonly title: string }[] {
    const rows = this.#database
      .prepare(
        `SELECT article_id, title FROM item WHERE source_id = ? AND found_ms >= ? AND hash <> ?
         AND NOT EXISTS (SELECT 1 FROM page WHERE page.article_id = item.article_id) ORDER BY found_ms DESC LIMIT ?`,
      )
      .all(sourceId, sinceMs, UNSTORED, limit);
    return rows.map((row) => ({ id: String(row.article_id), title: String(row.title) }));
  }

  /** How many each source showed first in each of so many periods of time up to a moment, the oldest first. */
  countsByPeriod(untilMs: number, periodMs: number, periods: number): ReadonlyMap<number, readonly number[]> {
    const sinceMs = untilMs - periods * periodMs;
    const rows = this.#database
      .prepare(
        `SELECT source.id AS source_id, CAST((found_ms - ?) / ? AS INTEGER) AS period, count(*) AS items
         FROM source CROSS JOIN item ON item.source_id = source.id AND found_ms >= ? AND found_ms < ? GROUP BY source.id, period`,
      )
      .all(sinceMs, periodMs, sinceMs, untilMs);
    const counts = new Map<number, number[]>();
    for (const { source_id, period, items } of rows) {
      const own = counts.get(Number(source_id)) ?? new Array<number>(periods).fill(0);
      own[Number(period)] = Number(items);
      counts.set(Number(source_id), own);
    }
    return counts;
  }

  /** Finds out which article each candidate is and reserves its id, durably. Of several that are one article the first counts. */
  claim(sourceId: number, candidates: readonly Candidate[], nowMs: number): readonly ClaimedItem[] {
    return inOneGo(this.#database, () => {
      const claimed = new Map<string, ClaimedItem>();
      const knowledge = {
        articleOf: (key: string) => this.#articleOf(key),
        itemOf: (articleId: string) => this.#itemOf(articleId, sourceId),
      };
      const byKeys = candidates.map((candidate) => identify(candidate, knowledge));
      const taken = new Set(byKeys);
      for (const [index, candidate] of candidates.entries()) {
        // Or by what an earlier item of the document has just been known by.
        const known = byKeys[index] ?? identify(candidate, knowledge);
        const byContent =
          known === undefined ? identifyByContent(candidate, knowledge, (id) => taken.has(id)) : undefined;
        const id = known ?? byContent ?? this.#freeId(candidate.ids);
        taken.add(id);
        if (claimed.has(id)) continue;
        for (const key of [candidate.guidKey, candidate.urlKey, candidate.contentKey]) {
          if (key === undefined) continue;
          this.#addKey.run(key, id);
        }
        const article = { ...candidate.article, id };
        const item = { article, hash: toHash(article) };
        claimed.set(id, { ...item, what: this.#compare(sourceId, item, byContent !== undefined) });
        this.#addItem.run(
          id,
          sourceId,
          UNSTORED,
          article.title,
          article.url ?? null,
          article.publishedAtMs ?? null,
          0,
          nowMs,
        );
      }
      return [...claimed.values()];
    });
  }

  /** Notes that articles are stored as they were claimed. */
  settle(sourceId: number, items: readonly ClaimedItem[]): void {
    const news = items.filter(({ what }) => what !== "known");
    if (news.length === 0) return;
    inOneGo(this.#database, () => {
      for (const { article, hash } of news) {
        const { id, title, url = null, publishedAtMs = null, body } = article;
        this.#settle.run(hash, title, url, publishedAtMs, body.length, id, sourceId, hash, url);
      }
    });
  }

  #articleOf(key: string): string | undefined {
    const row = this.#byKey.get(key);
    return row === undefined ? undefined : String(row.article_id);
  }

  /** As this source showed it, else as any did. */
  #itemOf(articleId: string, sourceId: number): KnownItem | undefined {
    const row = this.#anyItem.get(articleId, sourceId);
    if (row === undefined) return undefined;
    return {
      title: String(row.title),
      url: row.url === null ? undefined : String(row.url),
      publishedAtMs: row.published_ms === null ? undefined : Number(row.published_ms),
    };
  }

  #compare(
    sourceId: number,
    { article, hash }: Pick<ClaimedItem, "article" | "hash">,
    isByContent: boolean,
  ): ClaimedItem["what"] {
    const rows = this.#shown.all(article.id);
    const own = rows.find((row) => Number(row.source_id) === sourceId);
    const others = rows.filter((row) => row !== own && row.hash !== UNSTORED);
    if (own === undefined || own.hash === UNSTORED) {
      if (others.length === 0) return "added";
      // Another source has shown it: the longer of two versions counts, so that they do not take turns.
      return others.every((row) => article.body.length > Number(row.length)) ? "changed" : "known";
    }
    if (own.hash === hash && (isByContent || own.url === (article.url ?? null))) return "known";
    return others.every((row) => article.body.length >= Number(row.length)) ? "changed" : "known";
  }

  /** The first id that no other article has, else one made of the first. */
  #freeId(ids: readonly string[]): string {
    const isFree = (id: string): boolean => this.#isThere.get(id) === undefined;
    const free = ids.find(isFree);
    if (free !== undefined) return free;
    const [first = "item"] = ids;
    for (let number = 2; ; number++) {
      const id = `${first.slice(0, 480)}~${number}`;
      if (isFree(id)) return id;
    }
  }
}

/** Without the address, which is compared by itself. */
const toHash = ({ title, body, source, category, publishedAtMs }: Article): string =>
  hash("sha256", JSON.stringify([title, body, source, category, publishedAtMs]), "base64url").slice(0, 22);
