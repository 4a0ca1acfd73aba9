/**
 * From which floor on an alert by meaning tells of what its reader wants: queries whose articles were judged, each article held against each
 * query as a new one is.
 *
 *     node bench/alert-floor.ts ARCHIVE TOPICS
 *
 * ARCHIVE is the folder of an archive that holds the judged articles, TOPICS one with queries.jsonl and qrels.tsv (gzipped or plain). Of the judged
 * articles above each floor it says how many are wanted (precision), and how many of those that are wanted are above it (recall), as means
 * over the queries; and how many of 10,000 articles of the archive one query would tell of, as the middle of the queries. Articles that nobody judged count for nothing. An article from grade 1 on is wanted.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { openBackend } from "../src/compose/open-backend.ts";
import { watchArchive } from "../src/compose/watch-archive.ts";
import { LocalArchive } from "../src/local/local-archive.ts";
import { forSize, measureBackground } from "../src/search/nearness.ts";
import { dotProduct } from "../src/search/unit-vectors.ts";

const [folder, topics] = process.argv.slice(2);
if (folder === undefined || topics === undefined) throw new Error("usage: alert-floor.ts ARCHIVE TOPICS");

const FLOORS = [3, 3.5, 4, 4.5, 5, 5.5, 6, 7];

function readLines(name: string): string[] {
  const bytes = readFileSync(join(topics ?? "", name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString().trim().split("\n");
}

const queries = readLines("queries.jsonl.gz").map((line) => JSON.parse(line) as { id: string; text: string });
const grades = new Map<string, [id: string, grade: number][]>();
for (const line of readLines("qrels.tsv.gz")) {
  const [query = "", id = "", grade] = line.split("\t");
  grades.set(query, [...(grades.get(query) ?? []), [id, Number(grade)]]);
}

await using backend = await openBackend({ folder, encoder: { kind: "builtin" } });
if (!(backend.archive instanceof LocalArchive)) throw new Error("the archive of a folder is wanted");
const { reader } = backend.archive;
const background = await watchArchive(reader).background();
const vectors = await backend.encoder.encode(
  queries.map(({ text }) => text),
  { role: "query" },
);
using snapshot = await reader.snapshot();

/** Deviations over the background of each judged article, and whether it is wanted. */
const judged = queries.map(({ id }, index) => {
  const query = vectors[index];
  if (query === undefined) return [];
  const { median, deviation, rows } = measureBackground(query, background);
  return (grades.get(id) ?? []).flatMap(([article, grade]) => {
    const stored = snapshot.articleById(article);
    const found = stored === undefined ? undefined : snapshot.locate(stored.key);
    const vector = found?.segment.vector(found.row);
    if (vector === undefined) return [];
    const deviations = (dotProduct(query, vector) - median) / deviation / forSize(1, rows);
    return [{ deviations, isWanted: grade >= 1 }];
  });
});

/** One row of so many is counted, so that the whole takes seconds. */
const EVERY = 5;

/** Of 10,000 articles of the archive, how many lie above each floor, for each query. */
const told = queries.map((_, index) => {
  const query = vectors[index];
  if (query === undefined) return FLOORS.map(() => 0);
  const { median, deviation, rows } = measureBackground(query, background);
  let counted = 0;
  const above = FLOORS.map(() => 0);
  for (const segment of snapshot.segments) {
    for (let row = 0; row < segment.rows; row += EVERY) {
      const vector = segment.vector(row);
      if (vector === undefined) continue;
      counted++;
      const deviations = (dotProduct(query, vector) - median) / deviation / forSize(1, rows);
      for (const [at, floor] of FLOORS.entries()) if (deviations >= floor) above[at] = (above[at] ?? 0) + 1;
    }
  }
  return above.map((count) => (count / counted) * 10_000);
});
const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const table = FLOORS.map((floor, at) => {
  const found = judged.map((articles) => articles.filter(({ deviations }) => deviations >= floor));
  const wanted = found.map((articles) => articles.filter(({ isWanted }) => isWanted).length);
  const precision = found.flatMap((articles, index) =>
    articles.length === 0 ? [] : [(wanted[index] ?? 0) / articles.length],
  );
  const recall = judged.flatMap((articles, index) => {
    const all = articles.filter(({ isWanted }) => isWanted).length;
    return all === 0 ? [] : [(wanted[index] ?? 0) / all];
  });
  return {
    floor,
    "queries that tell": precision.length,
    precision: mean(precision).toFixed(2),
    recall: mean(recall).toFixed(2),
    "of 10,000 articles": middle(told.map((above) => above[at] ?? 0)).toFixed(1),
  };
});
console.log(`${judged.flat().length} judged articles of ${queries.length} queries, ${background.rows} in the archive`);
console.table(table);
