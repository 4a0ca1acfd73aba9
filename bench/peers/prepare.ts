/**
 * What every peer is given: the articles in order of time with their rows, and their vectors by our encoder.
 *
 *     node bench/peers/prepare.ts ARTICLES.jsonl FOLDER [ROWS]
 *
 *     FOLDER/articles.db    SQLite: article(row, id, day, title, body), rows 0… ascending in time
 *     FOLDER/vectors.f32    unit vectors, float32, one after the other; zeros where a text has no vector
 *     FOLDER/manifest.json  how many, and by which encoder; written last, so that it stands for the others
 *
 * A day is a number: days since 1970 in China time. Peers may therefore use ranges of rows for ranges of days.
 */
import { closeSync, createReadStream, mkdirSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { loadStaticEncoder } from "../../src/encoder/static/static-encoder.ts";
import { embeddingText } from "../../src/search/embedding-text.ts";
import type { PeerManifest } from "./protocol.ts";

interface MadeArticle {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly published: string;
}

interface Place {
  readonly offset: number;
  readonly bytes: number;
}

const DAY_MS = 86_400_000;
const CHINA_MS = 8 * 3_600_000;
const BATCH = 512;

const [source, folder, limit = "Infinity"] = process.argv.slice(2);
if (source === undefined || folder === undefined) throw new Error("usage: prepare.ts ARTICLES.jsonl FOLDER [ROWS]");
mkdirSync(folder, { recursive: true });

const places = await readPlaces(source, Number(limit));
const encoder = await loadStaticEncoder();
const database = new DatabaseSync(join(folder, "articles.db"));
database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; DROP TABLE IF EXISTS article;
  CREATE TABLE article (row INTEGER PRIMARY KEY, id TEXT, day INTEGER, title TEXT, body TEXT)`);
const insert = database.prepare("INSERT INTO article VALUES (?, ?, ?, ?, ?)");
const input = openSync(source, "r");
const output = openSync(join(folder, "vectors.f32"), "w");

for (let first = 0; first < places.length; first += BATCH) {
  const articles = places.slice(first, first + BATCH).map(readArticle);
  database.exec("BEGIN");
  articles.forEach(({ id, title, body, published }, index) => {
    insert.run(first + index, id, Math.floor((Date.parse(published) + CHINA_MS) / DAY_MS), title, body);
  });
  database.exec("COMMIT");
  const vectors = await encoder.encode(articles.map(embeddingText), { role: "document" });
  const block = new Float32Array(articles.length * encoder.dimensions);
  vectors.forEach((vector, index) => {
    if (vector !== undefined) block.set(vector, index * encoder.dimensions);
  });
  writeSync(output, new Uint8Array(block.buffer));
}
closeSync(input);
closeSync(output);
database.exec("CREATE INDEX article_id ON article (id)");
database.close();
const manifest: PeerManifest = {
  rows: places.length,
  dimensions: encoder.dimensions,
  encoder: encoder.fingerprint,
};
writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));

/** Where each article stands in the file, in order of time. */
async function readPlaces(path: string, wanted: number): Promise<Place[]> {
  const found: (Place & { published: string })[] = [];
  let rest = Buffer.alloc(0);
  let offset = 0;
  // Cut at line feeds alone: a text may hold other ends of line.
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const data = Buffer.concat([rest, chunk as Buffer]);
    let start = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
      const { published } = JSON.parse(data.toString("utf8", start, end)) as MadeArticle;
      found.push({ offset: offset + start, bytes: end - start, published });
      start = end + 1;
      if (found.length === wanted) return inOrder(found);
    }
    rest = data.subarray(start);
    offset += start;
  }
  return inOrder(found);
}

function inOrder<T extends Place & { published: string }>(places: T[]): T[] {
  return places.sort((a, b) => (a.published < b.published ? -1 : a.published > b.published ? 1 : a.offset - b.offset));
}

function readArticle({ offset, bytes }: Place): MadeArticle {
  const line = Buffer.alloc(bytes);
  readSync(input, line, 0, bytes, offset);
  return JSON.parse(line.toString("utf8")) as MadeArticle;
}
