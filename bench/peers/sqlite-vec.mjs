/** FTS5 and sqlite-vec: bits chosen within the days, the best of them compared as floats. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as sqliteVec from "sqlite-vec";
import { openFts5 } from "./fts5.mjs";
import { CANDIDATES, eachArticle, eachVectorBlock, fuse, openTexts, readManifest, TOP } from "./given.ts";

/** Rows that the bits choose. */
const CHOSEN = 1000;

function open(path, options) {
  const database = new DatabaseSync(path, { ...options, allowExtension: true });
  sqliteVec.load(database);
  return database;
}

export function build(folder) {
  const path = join(folder, "sqlite-vec.db");
  if (existsSync(path)) rmSync(path);
  const { dimensions } = readManifest(folder);
  const database = open(path);
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE VIRTUAL TABLE vectors USING vec0(day integer, bits bit[${dimensions}], floats float[${dimensions}]);
    BEGIN`);
  const insert = database.prepare(
    "INSERT INTO vectors (rowid, day, bits, floats) VALUES (?, ?, vec_quantize_binary(?), ?)",
  );
  const articles = eachArticle(folder);
  for (const { first, vectors } of eachVectorBlock(folder)) {
    vectors.forEach((vector, index) => {
      const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
      insert.run(BigInt(first + index), BigInt(articles.next().value.day), bytes, bytes);
    });
  }
  database.exec("COMMIT");
  database.close();
}

export function openPeer(folder) {
  const words = openFts5(folder);
  const texts = openTexts(folder);
  const database = open(join(folder, "sqlite-vec.db"), { readOnly: true });
  database.exec("PRAGMA cache_size = -65536");
  const toSql = (days) => `WITH chosen AS (
      SELECT rowid, floats FROM vectors WHERE bits MATCH vec_quantize_binary(?) AND k = ${CHOSEN} ${days})
    SELECT rowid FROM chosen ORDER BY vec_distance_cosine(floats, ?) LIMIT ?`;
  const ofAll = database.prepare(toSql(""));
  const ofDays = database.prepare(toSql("AND day BETWEEN ? AND ?"));
  const nearest = ({ vector, share, firstDay, lastDay }, limit = TOP) => {
    const bytes = new Uint8Array(vector.buffer);
    const rows =
      share === 1 ? ofAll.all(bytes, bytes, limit) : ofDays.all(bytes, BigInt(firstDay), BigInt(lastDay), bytes, limit);
    return rows.map(({ rowid }) => rowid);
  };
  const hybrid = (search) => {
    const rows = fuse(words(search), nearest(search, CANDIDATES));
    texts(rows);
    return rows;
  };
  return { hybrid, nearest };
}
