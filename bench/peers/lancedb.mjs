/** LanceDB, which does all of it: its own full-text index, IVF over RaBitQ codes, a B-tree over days, and its fusion by rank. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { connect, Index, rerankers } from "@lancedb/lancedb";
import { Field, FixedSizeList, Float32, Int32, Schema, Utf8 } from "apache-arrow";
import { eachArticle, eachVectorBlock, readManifest, TOP, toTerms } from "./given.mjs";

const BATCH = 5000;
/** As many as find .97 or more of the nearest over all dates. */
const PROBES = 100;
const REFINE = 10;

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
    const rows = vectors.map((vector) => {
      const { row, day, title, body } = articles.next().value;
      return { row, day, title, body, terms: toTerms(`${title}\n${body}`).join(" "), vector: Array.from(vector) };
    });
    await table.add(rows);
  }
  await table.createIndex("day", { config: Index.btree() });
  await table.createIndex("vector", { config: Index.ivfRq({ distanceType: "cosine" }) });
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
  await table.optimize();
  database.close();
}

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
