import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { StoredArticle } from "../read/snapshot.ts";
import { readColumns } from "../segment/segment.ts";
import { SegmentFile } from "../segment/segment-file.ts";
import { translateErrors } from "../store/archive-errors.ts";
import { isAsStored } from "../store/article-hash.ts";
import { ArticleStore, toStoredArticle } from "../store/article-store.ts";
import { databasePath, segmentFolder } from "../store/database.ts";
import { readNames } from "../store/names.ts";

export interface Salvaged {
  readonly article: StoredArticle;
  /** False: it can be read, but something of it is not as it was stored. */
  readonly isAsStored: boolean;
}

/**
 * Reads what can still be read of an archive that is damaged beyond repair: each live version that the table of articles or any
 * segment knows of, one by one, passing over those that cannot be read. Changes nothing.
 * @throws AppError `archive-damaged`, `io` when nothing can be read at all.
 */
export function* salvageArticles(folder: string): Generator<Salvaged> {
  const database = translateErrors(folder, () => new DatabaseSync(databasePath(folder), { readOnly: true }));
  try {
    const store = translateErrors(folder, () => new ArticleStore(database));
    const sources = orElse(() => readNames(database, "source"), [""]);
    const categories = orElse(() => readNames(database, "category"), [""]);
    for (const key of findKeys(folder, database)) {
      const row = orElse(() => store.liveByKey(key), undefined);
      if (row === undefined) continue;
      const article = toStoredArticle(row, sources, categories);
      yield { article, isAsStored: row.isSound !== false && isAsStored(article, row) };
    }
  } finally {
    database.close();
  }
}

/** From the table as far as it goes, and from the segments, which hold the keys a second time. */
function findKeys(folder: string, database: DatabaseSync): number[] {
  const keys = new Set<number>();
  orElse(() => {
    for (const { key } of database.prepare("SELECT key FROM article").iterate()) keys.add(Number(key));
  }, undefined);
  for (const name of orElse(() => readdirSync(segmentFolder(folder)), [])) {
    orElse(() => {
      const file = new SegmentFile(join(segmentFolder(folder), name));
      try {
        for (const key of readColumns(file).keys) keys.add(key);
      } finally {
        file.close();
      }
    }, undefined);
  }
  return [...keys].sort((a, b) => a - b);
}

/** Whatever is wrong with one part, the others are to be saved. */
function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
