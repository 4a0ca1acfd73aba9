/** SQLite's full-text index over pairs of characters: the keyword side of those peers that have none of their own. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CANDIDATES, eachArticle, TOP, toTerms } from "./given.ts";

const FILE = "fts5.db";

export function build(folder) {
  const path = join(folder, FILE);
  if (existsSync(path)) rmSync(path);
  const database = new DatabaseSync(path);
  // The leanest there is: no texts, no positions.
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE VIRTUAL TABLE words USING fts5(terms, content='', detail=none, tokenize="unicode61 remove_diacritics 0");
    BEGIN`);
  const insert = database.prepare("INSERT INTO words (rowid, terms) VALUES (?, ?)");
  for (const { row, title, body } of eachArticle(folder)) insert.run(row, toTerms(`${title}\n${body}`).join(" "));
  database.exec("COMMIT; INSERT INTO words (words) VALUES ('optimize')");
  database.close();
}

/** The best rows of a range by BM25: those with all terms, or, where those are too few, with any. */
export function openFts5(folder) {
  const database = new DatabaseSync(join(folder, FILE), { readOnly: true });
  database.exec("PRAGMA cache_size = -65536");
  const select = database.prepare(
    `SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rank LIMIT ${CANDIDATES}`,
  );
  return ({ terms, fromRow, toRow }) => {
    const quoted = [...new Set(terms)].map((term) => `"${term}"`);
    if (quoted.length === 0) return [];
    const find = (match) => select.all(match, fromRow, toRow - 1).map(({ rowid }) => rowid);
    const all = find(quoted.join(" AND "));
    return all.length >= TOP || quoted.length === 1 ? all : find(quoted.join(" OR "));
  };
}
