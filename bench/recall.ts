/**
 * Recall of the nearest articles against an exact scan of the same vectors in float32, by share of the dates.
 *
 *     node bench/recall.ts FOLDER [--articles 200000] [--queries FILE] [--count 100]
 *
 *     FOLDER      .jsonl[.gz] files of articles (title, body, published), or one such file
 *     --articles  at most so many, evenly from all
 *     --queries   JSON array of texts                          default: openings of the titles of articles, 4 to 15 characters
 *     --count     queries for each share
 *
 * Vectors are made by the built-in encoder, ordered by date and cut into segments as an archive has them; the range of a query
 * is drawn at random. Everything goes the way of a search in hybrid mode: the nearest 300, of which the first are compared.
 */
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadStaticEncoder } from "../src/encoder/static/static-encoder.ts";
import type { CandidatePool, NearestRow } from "../src/local/read/snapshot.ts";
import { quantizeRows } from "../src/local/segment/build-segment.ts";
import { SCALE_BYTES } from "../src/local/segment/layout.ts";
import { keepPooled, wantedCandidates } from "../src/local/vectors/candidate-pool.ts";
import { shareCodes } from "../src/local/vectors/code-blocks.ts";
import { planScan } from "../src/local/vectors/scan-layout.ts";
import { createVectorScanner, type VectorScanner } from "../src/local/vectors/vector-scanner.ts";
import { embeddingText } from "../src/search/embedding-text.ts";
import { readLines } from "./million/make-articles.ts";
import { createRandom } from "./million/random.ts";

const SHARES = [1, 0.5, 0.1, 0.01, 0.001];
const SEGMENT_ROWS = 131_072;
const BATCH = 512;
/** What a search asks for; see search/semantic.ts. */
const LIMIT = 300;
const DEPTHS = [10, 100];

interface Item {
  readonly title: string;
  readonly body: string;
  readonly atMs: number;
}

interface Segment {
  readonly base: number;
  readonly scanner: VectorScanner;
  readonly readRecords: (row: number, count: number, target: Uint8Array) => void;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    articles: { type: "string", default: "200000" },
    queries: { type: "string" },
    count: { type: "string", default: "100" },
  },
});
const [from] = positionals;
if (from === undefined) throw new Error("usage: recall.ts FOLDER [--articles N] [--queries FILE] [--count N]");
const count = Number(values.count);
const encoder = await loadStaticEncoder();
const { dimensions } = encoder;
const random = createRandom(11);

const items = readItems(from, Number(values.articles));
const vectors = await encodeAll(items);
/** Of the last query, by row. */
const cosines = new Float64Array(items.length);
const segments = createSegments(vectors);
const queries = await encodeQueries();
console.log(
  `${items.length} articles, ${dimensions} dimensions (${encoder.fingerprint}), ${queries.length} queries, ${segments.length} segments\n`,
);
console.log("| dates | rows | recall@10 | worst query | recall@100 |\n|---|---|---|---|---|");
for (const share of SHARES) {
  const found = DEPTHS.map(() => [] as number[]);
  const span = Math.ceil(items.length * share);
  for (const query of queries) {
    const first = random.below(items.length - span + 1);
    const exact = scanExactly(query, first, first + span);
    const nearest = findNearest(query, first, first + span);
    for (const [index, depth] of DEPTHS.entries()) found[index]?.push(recall(exact, nearest, depth));
  }
  const [at10 = [], at100 = []] = found;
  const mean = (numbers: readonly number[]): string =>
    (numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toFixed(4);
  console.log(`| ${share * 100} % | ${span} | ${mean(at10)} | ${Math.min(...at10).toFixed(1)} | ${mean(at100)} |`);
}

/** The share of the exact nearest that were found; what is as near as the last of them counts for it. */
function recall(exact: Float64Array, found: readonly NearestRow[], depth: number): number {
  const wanted = Math.min(depth, exact.length);
  const least = exact[wanted - 1] as number;
  return found.slice(0, wanted).filter(({ row }) => (cosines[row] as number) >= least).length / wanted;
}

/** Writes the exact cosines of a range into `cosines` and returns the largest, descending. */
function scanExactly(query: Float32Array, start: number, end: number): Float64Array {
  for (let row = start; row < end; row++) {
    const offset = row * dimensions;
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += (query[d] as number) * (vectors[offset + d] as number);
    cosines[row] = sum;
  }
  return cosines
    .slice(start, end)
    .sort()
    .reverse()
    .slice(0, Math.max(...DEPTHS));
}

/** As search/semantic.ts does: all segments choose candidates together, then each compares its own. */
function findNearest(query: Float32Array, start: number, end: number): NearestRow[] {
  const pool: CandidatePool = {};
  const scanned = segments.map(({ base, scanner, readRecords }) => {
    const options = { from: start - base, to: end - base, limit: LIMIT, pool };
    const { candidates } = scanner.scanCodes(query, options);
    return {
      base,
      compare: (rows: Uint32Array | undefined) => scanner.compare(query, { ...options, rows, readRecords }),
      candidates,
    };
  });
  return scanned
    .flatMap(({ base, compare, candidates }) =>
      compare(candidates && keepPooled(candidates, pool, wantedCandidates({ limit: LIMIT }))).map(
        ({ row, similarity }) => ({ row: base + row, similarity }),
      ),
    )
    .sort((a, b) => b.similarity - a.similarity);
}

function createSegments(all: Float32Array): Segment[] {
  const recordBytes = dimensions + SCALE_BYTES;
  const made: Segment[] = [];
  for (let base = 0; base < items.length; base += SEGMENT_ROWS) {
    const rows = Math.min(SEGMENT_ROWS, items.length - base);
    const own = Array.from({ length: rows }, (_, row) => ({
      vector: all.subarray((base + row) * dimensions, (base + row + 1) * dimensions),
    }));
    const { codes, records } = quantizeRows(own, dimensions);
    const shared = shareCodes(codes, planScan(dimensions, rows));
    made.push({
      base,
      scanner: createVectorScanner({ dimensions, rows, codes: shared }),
      readRecords: (row, count, target) => target.set(records.subarray(row * recordBytes, (row + count) * recordBytes)),
    });
  }
  return made;
}

/** One after the other; zeros where a text has no vector. */
async function encodeAll(articles: readonly Item[]): Promise<Float32Array> {
  const all = new Float32Array(articles.length * dimensions);
  for (let start = 0; start < articles.length; start += BATCH) {
    const batch = articles.slice(start, start + BATCH);
    const encoded = await encoder.encode(batch.map(embeddingText), { role: "document" });
    for (const [index, vector] of encoded.entries())
      if (vector !== undefined) all.set(vector, (start + index) * dimensions);
  }
  return all;
}

async function encodeQueries(): Promise<Float32Array[]> {
  const texts =
    values.queries === undefined
      ? Array.from({ length: count }, () =>
          (items[random.below(items.length)] as Item).title.slice(0, 4 + random.below(12)),
        )
      : (JSON.parse(readFileSync(values.queries, "utf8")) as string[]).slice(0, count);
  return (await encoder.encode(texts, { role: "query" })).filter((vector) => vector !== undefined);
}

/** Articles in order of date, at most `most`, evenly from all. */
function readItems(path: string, most: number): Item[] {
  const paths = statSync(path).isDirectory() ? globSync(join(path, "*.jsonl{,.gz}")).sort() : [path];
  const read = paths.flatMap((file) =>
    readLines(file).map((line): Item => {
      const { title, body, published } = JSON.parse(line) as Record<string, unknown>;
      const atMs = Date.parse(String(published ?? ""));
      return { title: String(title ?? ""), body: String(body ?? ""), atMs: Number.isNaN(atMs) ? 0 : atMs };
    }),
  );
  const step = Math.max(1, read.length / most);
  return Array.from(
    { length: Math.floor(read.length / step) },
    (_, index) => read[Math.floor(index * step)] as Item,
  ).sort((a, b) => a.atMs - b.atMs);
}
