/** LanceDB, which does all of it: its own full-text index, IVF over RaBitQ codes, a B-tree over days, and its fusion by rank. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { connect, Index, rerankers } from "@lancedb/lancedb";
import {
  Field,
  FixedSizeList,
  Float32,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { eachArticle, eachVectorBlock, readManifest, TOP, toTerms } from "./given.ts";

/** Each batch becomes a fragment of the table; few large ones need no compacting. */
const BATCH = 25_000;
/** All partitions of a million and thirty times as many floats compared as are wanted: what finds .98 of the nearest and more. */
const PROBES = 250;
const REFINE = 30;

export async function build(folder) {
  const path = join(folder, "lancedb");
  rmSync(path, { recursive: true, force: true });
  const { dimensions } = readManifest(folder);
  const schema = new Schema([
    new Field("row", new Int32()),
    new Field("day", new Int32()),
    new Field("title", new Utf8()),
    new Field("body", new Utf8()),
    new Field("terms", new Utf8()),
    new Field("vector", new FixedSizeList(dimensions, new Field("item", new Float32()))),
  ]);
  const database = await connect(path);
  const table = await database.createEmptyTable("articles", schema);
  const articles = eachArticle(folder);
  for (const { vectors } of eachVectorBlock(folder, BATCH)) {
    const rows = vectors.map(() => articles.next().value);
    await table.add(toTable(schema, rows, vectors));
  }
  tell("rows");
  await table.createIndex("day", { config: Index.btree() });
  // Where a search has filters its guide advises IVF with RaBitQ or product quantization, and a partition for some 4,096 rows, the default.
  await table.createIndex("vector", { config: Index.ivfRq({ distanceType: "cosine" }) });
  tell("index of vectors");
  const fts = Index.fts({
    baseTokenizer: "whitespace",
    withPosition: false,
    lowercase: false,
    stem: false,
    removeStopWords: false,
    asciiFolding: false,
  });
  await table.createIndex("terms", { config: fts });
  await table.waitForIndex(["day_idx", "vector_idx", "terms_idx"], 3600);
  tell("index of terms");
  database.close();
}

/** Columns, which LanceDB takes ten times as fast as objects. */
function toTable(schema, rows, vectors) {
  const columns = Object.fromEntries(
    ["row", "day", "title", "body"].map((name) => [name, rows.map((article) => article[name])]),
  );
  columns.terms = rows.map(({ title, body }) => toTerms(`${title}\n${body}`).join(" "));
  const children = schema.fields.map(({ name, type }) =>
    name === "vector" ? ofVectors(type, vectors) : vectorFromArray(columns[name], type).data[0],
  );
  const data = makeData({ type: new Struct(schema.fields), length: rows.length, children });
  return new Table(new RecordBatch(schema, data));
}

/** The vectors of a block lie one after the other in one buffer. */
function ofVectors(type, vectors) {
  const data = new Float32Array(vectors[0].buffer);
  const child = makeData({ type: new Float32(), length: data.length, data });
  return makeData({ type, length: vectors.length, child });
}

/** Building takes a while. */
const tell = (what) => console.error(`LanceDB: ${what} after ${Math.round(performance.now() / 1000)} s`);

export async function openPeer(folder) {
  const database = await connect(join(folder, "lancedb"));
  const table = await database.openTable("articles");
  const reranker = await rerankers.RRFReranker.create();
  const near = ({ vector, share, firstDay, lastDay }) => {
    const query = table.query().nearestTo(vector).distanceType("cosine").nprobes(PROBES).refineFactor(REFINE);
    return share === 1 ? query : query.where(`day >= ${firstDay} AND day <= ${lastDay}`);
  };
  const nearest = async (search) => {
    const rows = await near(search).select(["row"]).limit(TOP).toArray();
    return rows.map(({ row }) => row);
  };
  const hybrid = async (search) => {
    const rows = await near(search)
      .fullTextSearch(search.terms.join(" "), { columns: ["terms"] })
      .rerank(reranker)
      .select(["row", "title", "body"])
      .limit(TOP)
      .toArray();
    return rows.map(({ row }) => row);
  };
  return { hybrid, nearest };
}
